/** What every command shares: exit codes, errors, JSON, tables, terminals and progress. */
@NullMarked
package io.tcptracker.cli.console;

import org.jspecify.annotations.NullMarked;
