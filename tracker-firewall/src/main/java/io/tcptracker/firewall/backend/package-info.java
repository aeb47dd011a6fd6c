/** The contract that the three backends share, and the values that pass through it. Internal to this module. */
@NullMarked
package io.tcptracker.firewall.backend;

import org.jspecify.annotations.NullMarked;
