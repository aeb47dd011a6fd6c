/** Live devices: the packet ring, libpcap, the kernel filter, and drop counters. Internal to this module. */
@NullMarked
package io.tcptracker.capture.live;

import org.jspecify.annotations.NullMarked;
