package io.tcptracker.capture;

import com.sun.management.ThreadMXBean;
import io.tcptracker.capture.decode.Frames;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Segment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A live capture in a process of its own, which can be started in another network namespace than the test. Takes the
 * device and, if wanted, an extra filter, and then a command a line; answers a line each.
 */
final class CaptureMain {
    private final LiveCapture capture;
    private final Semaphore gate = new Semaphore(1);
    private volatile boolean blocks;
    private volatile boolean fails;
    private volatile boolean quiet;
    private volatile long until = Long.MIN_VALUE;
    private volatile long last;
    private final AtomicLong wrong = new AtomicLong();
    private long segments;

    private CaptureMain(LiveCapture capture) {
        this.capture = capture;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            for (Device device : Device.all()) {
                say("DEVICE " + device.name() + " " + device.state() + " " + device.addresses());
            }
            return;
        }
        if (args[0].equals("race")) {
            race(args[1]);
            return;
        }
        if (args[0].equals("leak")) {
            leak(args[1], args[2]);
            return;
        }
        if (args[0].equals("tun0")) {
            tun(args[0]);
            return;
        }
        try {
            LiveCapture capture = open(args[0], Optional.of(args.length > 1 ? args[1] : ""));
            new CaptureMain(capture).obey();
        } catch (CaptureException e) {
            say("REFUSED " + e.kind() + " " + e.getMessage());
        }
    }

    private static LiveCapture open(String device, Optional<String> filter) throws CaptureException {
        Engine engine = Engine.valueOf(System.getProperty("engine", "RING"));
        return LiveCapture.open(device, filter, engine, Integer.getInteger("buffer", 16 * 1024 * 1024));
    }

    /** Opens, runs and closes again and again, with the close at every moment of the run's begin. */
    private static void race(String device) throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            LiveCapture capture = open(device, Optional.empty());
            Thread reader = new Thread(
                    () -> {
                        try {
                            capture.run(segment -> {});
                        } catch (IOException e) {
                            say("ENDED " + e);
                        }
                    },
                    "capture");
            Thread asker = new Thread(
                    () -> {
                        while (reader.isAlive()) {
                            capture.statistics();
                        }
                    },
                    "asker");
            reader.start();
            asker.start();
            LockSupport.parkNanos(i * 10_000L);
            capture.close();
            reader.join(5_000);
            if (reader.isAlive()) {
                say("STUCK in round " + i);
                System.exit(1);
            }
            asker.join();
        }
        say("RACED");
    }

    /** Makes a device without a link layer and tells what is captured of an attempt by IPv4 and one by IPv6. */
    private static void tun(String name) throws IOException {
        Tun tun = new Tun(name);
        LiveCapture capture = open(name, Optional.empty());
        say(capture.description());
        tun.put(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));
        tun.put(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.ACK)));
        tun.put(Frames.ipv6(Frames.TCP, Frames.tcp(Frames.SYN)));
        int[] left = {2};
        capture.run(segment -> {
            say(segment.source() + " " + segment.destinationPort());
            if (--left[0] == 0) {
                capture.close();
            }
        });
    }

    /** Opens and closes again and again, each time failing once too, and tells what it holds before and after. */
    private static void leak(String device, String wrongDevice) throws IOException {
        for (int round = 0; round <= 200; round++) {
            LiveCapture.open(device, Optional.empty(), Engine.RING, 1024 * 1024).close();
            for (List<String> wrong : List.of(List.of(device, "port ("), List.of(wrongDevice, ""))) {
                try {
                    open(wrong.get(0), Optional.of(wrong.get(1))).close();
                    say("OPENED " + wrong);
                } catch (CaptureException e) {
                    // as it should
                }
            }
            if (round % 100 == 0) {
                sayHeld();
            }
        }
    }

    /** Says how many descriptors are open, and how many bytes of rings are mapped. */
    private static void sayHeld() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
                Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            long rings = maps.filter(line -> line.contains("socket:"))
                    .mapToLong(line -> {
                        String[] range = line.split("[- ]", -1);
                        return Long.parseLong(range[1], 16) - Long.parseLong(range[0], 16);
                    })
                    .sum();
            say("HELD " + descriptors.count() + " " + rings);
        }
    }

    /** Says how many bytes the thread allocated, and how many nanoseconds it took of a processor. */
    private static void sayCost(@Nullable Thread thread) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = thread == null ? 0 : thread.getId();
        say("COST " + threads.getThreadAllocatedBytes(id) + " " + threads.getThreadCpuTime(id));
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private void obey() throws IOException, InterruptedException {
        say("OPEN");
        Thread reader = null;
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            switch (command) {
                case "run" -> {
                    reader = new Thread(this::run, "capture");
                    reader.start();
                }
                case "close" -> {
                    capture.close();
                    say("CLOSED");
                }
                case "statistics" -> {
                    Statistics now = capture.statistics();
                    say("STATISTICS " + now.received() + " " + now.droppedByKernel() + " " + now.droppedByInterface()
                            + " " + now.undecodableTotal() + " " + segments);
                }
                case "blindness" -> say("BLINDNESS " + capture.blindness().orElse("none"));
                case "held" -> sayHeld();
                case "cost" -> sayCost(reader);
                case "description" -> say("DESCRIPTION " + capture.description());
                case "looked" ->
                    say("LOOKED "
                            + capture.lastPoll()
                                    .map(at -> System.nanoTime() - at)
                                    .orElse(-1L));
                case "until" -> say("UNTIL " + until + " " + last + " " + wrong);
                case "fail" -> {
                    fails = true;
                    say("OK");
                }
                case "quiet" -> {
                    quiet = true;
                    say("OK");
                }
                case "block" -> {
                    blocks = true;
                    gate.acquire();
                    say("OK");
                }
                case "unblock" -> {
                    gate.release();
                    say("OK");
                }
                default -> say("UNKNOWN " + command);
            }
        }
        capture.close();
        if (reader != null) {
            reader.join();
        }
    }

    private void run() {
        PacketSource.Sink sink = new PacketSource.Sink() {
            @Override
            public void accept(Segment segment) {
                take(segment);
            }

            @Override
            public void idle(long now) {
                idled(now);
            }
        };
        say("RUNNING");
        try {
            capture.run(sink);
            say("ENDED");
        } catch (IOException | RuntimeException e) {
            say("ENDED " + e);
        }
    }

    /** It must be past, and not go back but to what can't be told. */
    private void idled(long now) {
        boolean past = now < System.currentTimeMillis() * 1_000_000;
        if (!past || (now != Long.MIN_VALUE && now < until)) {
            wrong.incrementAndGet();
        }
        until = Math.max(until, now);
    }

    private void take(Segment segment) {
        if (segment.time() < until) {
            wrong.incrementAndGet();
        }
        last = segment.time();
        segments++;
        if (fails) {
            throw new IllegalStateException("the sink has had enough");
        }
        if (blocks) {
            gate.acquireUninterruptibly();
            gate.release();
        }
        if (!quiet) {
            Instant now = Instant.now();
            long delay = now.getEpochSecond() * 1_000_000_000 + now.getNano() - segment.time();
            say(String.join(
                    " ",
                    List.of(
                            "SEGMENT",
                            segment.source().toString(),
                            "" + segment.sourcePort(),
                            segment.destination().toString(),
                            "" + segment.destinationPort(),
                            "" + segment.flags(),
                            "" + delay)));
        }
    }
}
