/** Flagged pairs and their classification by port states. */
@NullMarked
package io.tcptracker.cli.review;

import org.jspecify.annotations.NullMarked;
