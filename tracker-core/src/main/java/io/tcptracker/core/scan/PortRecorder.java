package io.tcptracker.core.scan;

/**
 * The rule by which the rows of {@link PortColumns} take ports and evict them. Not threadsafe.
 *
 * <p>Of a pair at most one port more than the policy's number is remembered: the ports attempted last. That is exact. A
 * port's time never goes back, so an evicted port has that many later ports for good. Any window that holds the evicted port
 * holds those too, enough for the verdict.
 *
 * <p>With evidence, some more ports are kept: the earliest of those without an answer. Otherwise a fast scanner would evict
 * each port before its answer timeout.
 */
final class PortRecorder {
    private final PortColumns columns;
    private final int slots;
    private final int kept;
    private final long window;
    /** The places in a row that were tried first without an answer, for {@link #evicted} alone. */
    private final int[] earliest;

    PortRecorder(ScanPolicy policy, PortColumns columns) {
        this.columns = columns;
        slots = PortColumns.slots(policy);
        kept = PortColumns.unansweredKept(policy);
        window = policy.window().toNanos();
        earliest = new int[kept];
    }

    /** Records an attempt at its own {@code time}, while the detector's clock, which never goes back, shows {@code clock}. */
    void attempt(int row, int packed, long time, long clock) {
        columns.advance(row, time, clock);
        columns.applyTimeouts(row, time);
        record(row, packed, time);
    }

    private void record(int row, int packed, long time) {
        int place = columns.find(row, PackedPort.port(packed));
        if (place >= 0 && time - columns.time(row, place) <= window) {
            columns.update(row, place, PackedPort.merge(columns.packed(row, place), packed));
            columns.setTime(row, place, Math.max(columns.time(row, place), time));
            return;
        }
        if (place < 0) {
            int size = columns.size(row);
            place = size < slots ? size : evicted(row, time);
            if (place < size && columns.time(row, place) > time) {
                return;
            }
        }
        columns.put(row, place, packed, time);
    }

    /** Returns the place to evict: the oldest, except for the first few unanswered ones within the window. */
    private int evicted(int row, long now) {
        int unanswered = 0;
        for (int i = 0; kept > 0 && i < slots; i++) {
            if (PackedPort.state(columns.packed(row, i)) != PortState.OPEN && now - columns.time(row, i) <= window) {
                unanswered = keep(row, i, unanswered);
            }
        }
        int oldest = -1;
        for (int i = 0; i < slots; i++) {
            if ((oldest < 0 || columns.time(row, i) < columns.time(row, oldest)) && !isKept(row, i, unanswered)) {
                oldest = i;
            }
        }
        return oldest;
    }

    /** Inserts a place into {@link #earliest} if it is early enough; returns how many there are then. */
    private int keep(int row, int place, int count) {
        int at = count;
        while (at > 0 && columns.since(row, place) < columns.since(row, earliest[at - 1])) {
            at--;
        }
        if (at == kept) {
            return count;
        }
        int more = Math.min(count + 1, kept);
        System.arraycopy(earliest, at, earliest, at + 1, more - at - 1);
        earliest[at] = place;
        return more;
    }

    private boolean isKept(int row, int place, int count) {
        if (count == 0 || columns.since(row, place) > columns.since(row, earliest[count - 1])) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (earliest[i] == place) {
                return true;
            }
        }
        return false;
    }
}
