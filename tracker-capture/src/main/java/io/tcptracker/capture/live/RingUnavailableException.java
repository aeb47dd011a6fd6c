package io.tcptracker.capture.live;

/** The reason why no ring is possible here, though libpcap may be able to capture. The message is a few words. */
public final class RingUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    RingUnavailableException(String why) {
        super(why);
    }
}
