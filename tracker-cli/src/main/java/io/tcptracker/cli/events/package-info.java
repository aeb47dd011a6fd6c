/** Events on standard output, as lines of text or JSON. */
@NullMarked
package io.tcptracker.cli.events;

import org.jspecify.annotations.NullMarked;
