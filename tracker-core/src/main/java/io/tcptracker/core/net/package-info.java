/**
 * Addresses, prefixes, TCP segments, and the source that delivers segments.
 *
 * <p>Knows nothing else of the tracker.
 */
@NullMarked
package io.tcptracker.core.net;

import org.jspecify.annotations.NullMarked;
