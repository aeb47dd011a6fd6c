package io.tcptracker.cli.run;

import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.firewall.BackendChoice;
import io.tcptracker.firewall.HostFirewall.Protection;
import java.util.Optional;

/**
 * The settings of bans and of the firewall that enforces them.
 *
 * @param enforcement empty in a dry run
 */
record Blocking(BanPolicy policy, Optional<Enforcement> enforcement) {
    /** The settings of the firewall. */
    record Enforcement(BackendChoice variant, Protection protection, OnExit onExit) {}

    /** The fate of the bans when the tracker is stopped. */
    enum OnExit {
        FLUSH,
        KEEP
    }
}
