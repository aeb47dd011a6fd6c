/** Metrics of the tracker for Prometheus, and its health. */
@NullMarked
package io.tcptracker.metrics;

import org.jspecify.annotations.NullMarked;
