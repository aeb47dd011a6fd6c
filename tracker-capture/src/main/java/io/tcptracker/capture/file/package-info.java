/** Capture files: pcap, pcapng and gzip. Internal to this module. */
@NullMarked
package io.tcptracker.capture.file;

import org.jspecify.annotations.NullMarked;
