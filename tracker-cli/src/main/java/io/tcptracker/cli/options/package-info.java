/** Options that several commands share, and the converters of their values. */
@NullMarked
package io.tcptracker.cli.options;

import org.jspecify.annotations.NullMarked;
