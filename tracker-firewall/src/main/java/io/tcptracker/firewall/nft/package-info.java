/** Bans as elements of the sets of an nftables table of our own. Internal to this module. */
@NullMarked
package io.tcptracker.firewall.nft;

import org.jspecify.annotations.NullMarked;
