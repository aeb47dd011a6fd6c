/** Bans as entries of kernel sets, which one rule per address family matches. Internal to this module. */
@NullMarked
package io.tcptracker.firewall.ipset;

import org.jspecify.annotations.NullMarked;
