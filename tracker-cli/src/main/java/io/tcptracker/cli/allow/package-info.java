/** The allow list of this host: its own addresses, routes, resolvers, SSH sessions and the allow file. */
@NullMarked
package io.tcptracker.cli.allow;

import org.jspecify.annotations.NullMarked;
