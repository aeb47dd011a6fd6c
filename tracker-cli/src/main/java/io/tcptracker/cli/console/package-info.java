/** The console kit of all commands: exit codes, errors, JSON, tables, terminals and progress. */
@NullMarked
package io.tcptracker.cli.console;

import org.jspecify.annotations.NullMarked;
