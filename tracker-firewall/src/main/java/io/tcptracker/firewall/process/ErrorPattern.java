package io.tcptracker.firewall.process;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a failure of a tool is recognised, and what is to be said of it.
 *
 * @param exits the exit codes it may come with
 * @param text what is found in what the tool says
 */
public record ErrorPattern(Set<Integer> exits, Pattern text, Kind kind, String cause, String cure) {
    public static final String CAPABILITIES = "run it as root, or give it CAP_NET_ADMIN and CAP_NET_RAW: setpriv"
            + " --inh-caps +net_admin,+net_raw --ambient-caps +net_admin,+net_raw, AmbientCapabilities=CAP_NET_ADMIN"
            + " CAP_NET_RAW in a systemd unit, or --cap-add NET_ADMIN --cap-add NET_RAW for a container";
    public static final String UP_AGAIN = "somebody took it away (a firewall reload?); it has to be put up again";

    public static final String AGAIN = "try again";

    public ErrorPattern(Set<Integer> exits, String text, Kind kind, String cause, String cure) {
        this(exits, Pattern.compile(text), kind, cause, cure);
    }

    boolean fits(int exit, String text) {
        return exits.contains(exit) && this.text.matcher(text).find();
    }
}
