/** What the table of the detector is measured against. */
@NullMarked
package io.tcptracker.reference;

import org.jspecify.annotations.NullMarked;
