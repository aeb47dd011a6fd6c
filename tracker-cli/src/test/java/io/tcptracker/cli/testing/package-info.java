/** A host, its peer and the processes that the end-to-end tests use. */
@NullMarked
package io.tcptracker.cli.testing;

import org.jspecify.annotations.NullMarked;
