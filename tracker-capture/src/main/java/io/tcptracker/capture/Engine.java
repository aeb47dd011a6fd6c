package io.tcptracker.capture;

/** The way in which packets come from the kernel. */
public enum Engine {
    /** A ring of blocks shared with the kernel. Takes no copy and no call for each packet. Captures one device only. */
    RING,
    /** The library libpcap. Knows each kind of device, with about ten times the work for a packet. */
    PCAP
}
