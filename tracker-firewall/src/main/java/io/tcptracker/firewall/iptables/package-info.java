/**
 * Bans as plain rules of iptables and ip6tables, and the chain that the ipset backend uses too. Internal to this module.
 */
@NullMarked
package io.tcptracker.firewall.iptables;

import org.jspecify.annotations.NullMarked;
