/** Rules of the design that a machine can hold. */
@NullMarked
package io.tcptracker.architecture;

import org.jspecify.annotations.NullMarked;
