package io.tcptracker.capture.live;

/** A ring can't be had here, though libpcap may well be able to capture; the message says why in a few words. */
public final class RingUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    RingUnavailableException(String why) {
        super(why);
    }
}
