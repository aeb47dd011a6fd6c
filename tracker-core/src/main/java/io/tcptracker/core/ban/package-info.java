/**
 * The ban decision: which scans lead to a ban, for how long, and how the firewall is kept in step. The only ledger of bans.
 */
@NullMarked
package io.tcptracker.core.ban;

import org.jspecify.annotations.NullMarked;
