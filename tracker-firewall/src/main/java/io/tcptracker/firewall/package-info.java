/**
 * Turns bans into kernel rules through iptables and ip6tables, and ipset where it works: a chain of our own in each,
 * sets of our own, and jumps to the chains. Nothing else in the firewall is touched.
 */
@NullMarked
package io.tcptracker.firewall;

import org.jspecify.annotations.NullMarked;
