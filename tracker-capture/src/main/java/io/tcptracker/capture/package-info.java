/**
 * The sources of segments: a live device ({@link io.tcptracker.capture.LiveCapture}) and a capture file
 * ({@link io.tcptracker.capture.CaptureFile}).
 */
@NullMarked
package io.tcptracker.capture;

import org.jspecify.annotations.NullMarked;
