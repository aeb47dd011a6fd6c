/** End-to-end tests: the packaged program in network namespaces. */
@NullMarked
package io.tcptracker.cli.endtoend;

import org.jspecify.annotations.NullMarked;
