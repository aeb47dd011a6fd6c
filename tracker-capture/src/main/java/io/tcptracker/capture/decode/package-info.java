/** Bytes to segments: link types, IP and TCP headers. Internal to this module. */
@NullMarked
package io.tcptracker.capture.decode;

import org.jspecify.annotations.NullMarked;
