/** Scan detection: rules, verdicts with their evidence, and the bounded tables behind them. */
@NullMarked
package io.tcptracker.core.scan;

import org.jspecify.annotations.NullMarked;
