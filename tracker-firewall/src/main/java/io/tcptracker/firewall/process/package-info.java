/** Child processes with deadlines, and error patterns of their output. Internal to this module. */
@NullMarked
package io.tcptracker.firewall.process;

import org.jspecify.annotations.NullMarked;
