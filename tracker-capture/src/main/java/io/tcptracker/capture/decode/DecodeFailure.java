package io.tcptracker.capture.decode;

import java.util.Locale;

/** Why a packet makes no sense. The names are label values of a metric: a fixed set. */
public enum DecodeFailure {
    /** The link type is none that can be decoded. */
    LINK_TYPE,
    /** The captured bytes end before the TCP flags. */
    TRUNCATED,
    /** An IP header that contradicts itself. */
    IP_HEADER,
    /** A TCP header that contradicts itself, or doesn't fit into the IP packet. */
    TCP_HEADER,
    /** A first fragment too small to hold the TCP flags, as no ordinary sender makes. */
    TINY_FRAGMENT,
    /** More tags, labels or extension headers than are walked. */
    NESTING;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
