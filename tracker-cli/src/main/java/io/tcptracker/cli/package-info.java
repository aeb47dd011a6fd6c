/** The tcptracker command. It wires the rooms together; nothing depends on it. */
@NullMarked
package io.tcptracker.cli;

import org.jspecify.annotations.NullMarked;
