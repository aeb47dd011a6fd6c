/** What tests of all rooms need: programs, root, and hosts on a wire. */
@NullMarked
package io.tcptracker.testing;

import org.jspecify.annotations.NullMarked;
