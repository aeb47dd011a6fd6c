/** The run command: starts, wires and ends a tracker on this host. */
@NullMarked
package io.tcptracker.cli.run;

import org.jspecify.annotations.NullMarked;
