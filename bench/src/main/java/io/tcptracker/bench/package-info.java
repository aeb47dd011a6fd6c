/** How fast the detector is, and what it finds in a flood. */
@NullMarked
package io.tcptracker.bench;

import org.jspecify.annotations.NullMarked;
