package io.tcptracker.core.ban;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A ban loop's queue in a time of its own: a wait takes no time, but moves the clock on to the next event. The loop
 * then runs on the test's thread, exact to the nanosecond.
 */
final class Timeline extends ArrayBlockingQueue<BanLoop.Message> {
    private static final long serialVersionUID = 1;
    /** As System.nanoTime may, the ticker starts anywhere and overflows. */
    private static final long TICKER_START = Long.MAX_VALUE - 5_000_000_000L;

    private static final int MANY_WAITS = 20_000;

    private final transient TreeMap<Long, List<Runnable>> events = new TreeMap<>();
    private long now;
    private int waits;

    Timeline() {
        super(10_000);
    }

    /** Nanoseconds since the start. */
    long now() {
        return now;
    }

    long ticker() {
        return TICKER_START + now;
    }

    void at(double seconds, Runnable event) {
        events.computeIfAbsent(Math.round(seconds * 1e9), time -> new ArrayList<>())
                .add(event);
    }

    /** Lets time pass while the guard is busy. */
    void pass(double seconds) {
        long until = now + Math.round(seconds * 1e9);
        runUntil(until);
        now = until;
    }

    @Override
    public BanLoop.Message poll(long timeout, TimeUnit unit) {
        return await(now + unit.toNanos(timeout));
    }

    @Override
    public BanLoop.Message take() {
        BanLoop.Message message = await(Long.MAX_VALUE);
        if (message == null) {
            throw new AssertionError("the guard waits for good");
        }
        return message;
    }

    private BanLoop.Message await(long until) {
        if (++waits > MANY_WAITS) {
            throw new AssertionError("the guard spins");
        }
        runUntil(now);
        while (isEmpty() && !events.isEmpty() && events.firstKey() <= until) {
            runUntil(events.firstKey());
        }
        if (isEmpty()) {
            now = Math.max(now, until);
        }
        return poll();
    }

    private void runUntil(long time) {
        while (!events.isEmpty() && events.firstKey() <= time) {
            Map.Entry<Long, List<Runnable>> next = events.pollFirstEntry();
            now = Math.max(now, next.getKey());
            next.getValue().forEach(Runnable::run);
        }
    }
}
