/** What happened, for Prometheus, and whether we are well. */
@NullMarked
package io.tcptracker.metrics;

import org.jspecify.annotations.NullMarked;
