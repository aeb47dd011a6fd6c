package io.tcptracker.capture.decode;

import java.util.Locale;

/** The reason why a packet makes no sense. The names are label values of a metric: a fixed set. */
public enum DecodeFailure {
    /** The link type can't be decoded. */
    LINK_TYPE,
    /** The captured bytes end before the TCP flags. */
    TRUNCATED,
    /** An IP header that contradicts itself. */
    IP_HEADER,
    /** A TCP header that contradicts itself, or doesn't fit into the IP packet. */
    TCP_HEADER,
    /** A first fragment too small to hold the TCP flags. Ordinary senders make none. */
    TINY_FRAGMENT,
    /** More tags, labels or extension headers than the decoder reads. */
    NESTING;

    /** Returns the name as a label value. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
