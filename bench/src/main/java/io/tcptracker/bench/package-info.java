/** Benchmarks of the detector's speed, and of what it finds in a flood. */
@NullMarked
package io.tcptracker.bench;

import org.jspecify.annotations.NullMarked;
