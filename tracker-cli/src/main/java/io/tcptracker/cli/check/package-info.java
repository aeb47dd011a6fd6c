/** The check command: what this host offers and lacks. */
@NullMarked
package io.tcptracker.cli.check;

import org.jspecify.annotations.NullMarked;
