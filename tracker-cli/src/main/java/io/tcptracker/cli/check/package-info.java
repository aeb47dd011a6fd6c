/** The check command, which reports what this host lacks. */
@NullMarked
package io.tcptracker.cli.check;

import org.jspecify.annotations.NullMarked;
