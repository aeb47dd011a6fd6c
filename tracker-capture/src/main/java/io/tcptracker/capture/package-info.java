/**
 * Turns bytes into segments: those of a live device ({@link io.tcptracker.capture.LiveCapture}) and those of a capture
 * file ({@link io.tcptracker.capture.CaptureFile}).
 */
@NullMarked
package io.tcptracker.capture;

import org.jspecify.annotations.NullMarked;
