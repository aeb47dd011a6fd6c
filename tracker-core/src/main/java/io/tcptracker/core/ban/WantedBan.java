package io.tcptracker.core.ban;

/** A ban that was decided on and has not ended, whether the firewall has it yet or not. Not threadsafe. */
final class WantedBan {
    static final long FOREVER = Long.MAX_VALUE;

    private final Ban ban;
    private final long since;
    private boolean inForce;

    /** A ban that begins at {@code since}, in nanoseconds of a monotonic clock. */
    WantedBan(Ban ban, long since) {
        this.ban = ban;
        this.since = since;
    }

    Ban ban() {
        return ban;
    }

    boolean inForce() {
        return inForce;
    }

    void putInForce() {
        inForce = true;
    }

    boolean hasEnd() {
        return !ban.length().isZero();
    }

    /** When it ends, in nanoseconds of the monotonic clock, if it has an end. */
    long end() {
        return since + ban.length().toNanos();
    }

    /** How long it still lasts, in nanoseconds. */
    long remaining(long now) {
        return hasEnd() ? end() - now : FOREVER;
    }
}
