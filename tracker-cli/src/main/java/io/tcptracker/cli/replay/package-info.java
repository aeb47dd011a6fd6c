/** The replay command: scans in capture files, and explanations of verdicts. */
@NullMarked
package io.tcptracker.cli.replay;

import org.jspecify.annotations.NullMarked;
