package io.tcptracker.metrics;

import io.tcptracker.core.TrackerListener;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The health of a tracker: it is healthy while it sees segments and can change the firewall. Add this to the tracker's
 * listeners. Threadsafe.
 */
public final class Health implements TrackerListener {
    private final Supplier<Optional<String>> blindness;
    private volatile @Nullable String captureEnded;
    private volatile @Nullable String firewallFailed;

    /** @param blindness why segments are not seen now, such as {@code source::blindness}; may be called by any thread */
    public Health(Supplier<Optional<String>> blindness) {
        this.blindness = blindness;
    }

    /** Records that the capture has ended for good. */
    public void captureEnded(String reason) {
        captureEnded = "capture has ended: " + reason;
    }

    @Override
    public void firewallFailed(String reason) {
        firewallFailed = "firewall can't be changed: " + reason;
    }

    @Override
    public void firewallRecovered() {
        firewallFailed = null;
    }

    /** Returns all that is wrong now, in one line; empty while the tracker is healthy. May be called from any thread. */
    public Optional<String> trouble() {
        Stream<String> capture = captureEnded == null ? blindness.get().stream() : Stream.ofNullable(captureEnded);
        String all = Stream.concat(capture, Stream.ofNullable(firewallFailed)).collect(Collectors.joining("; "));
        return all.isEmpty() ? Optional.empty() : Optional.of(all.strip().replaceAll("\\R", " "));
    }
}
