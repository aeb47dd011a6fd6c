/**
 * The firewall of a host. It chooses one of three backends: kernel sets or plain rules with iptables and ip6tables, or a table
 * of nftables. Nothing but our chains, sets and table is touched.
 */
@NullMarked
package io.tcptracker.firewall;

import org.jspecify.annotations.NullMarked;
