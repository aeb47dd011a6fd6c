/**
 * Turns bans into kernel rules through iptables and ip6tables: a chain of our own in each, and one jump to it. Nothing
 * else in the firewall is touched.
 */
@NullMarked
package io.tcptracker.firewall;

import org.jspecify.annotations.NullMarked;
