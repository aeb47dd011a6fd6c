package io.tcptracker.capture;

/** How packets come from the kernel. */
public enum Engine {
    /** A ring of blocks shared with the kernel: no copy and no call for a packet that is there. One device at a time. */
    RING,
    /** libpcap, which knows every kind of device, at some ten times the work for a packet. */
    PCAP
}
