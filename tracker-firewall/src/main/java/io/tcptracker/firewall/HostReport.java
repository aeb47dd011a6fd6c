package io.tcptracker.firewall;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.process.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A report on what there is on this host to block with. Immutable.
 *
 * @param choice how a tracker would block, as {@link HostFirewall#description} words it, and why if a better way doesn't
 *     work; empty if nothing works
 * @param failure why nothing works; empty if something does
 * @param isKept whether a tracker keeps the firewall now; {@code choice} is then that tracker's
 * @param tools the programs that a firewall may use
 * @param warnings what matters to a tracker that blocks in this way; all that is known if nothing works
 */
public record HostReport(
        Optional<String> choice,
        Optional<FirewallException> failure,
        boolean isKept,
        List<Tool> tools,
        List<FirewallWarning> warnings) {
    /**
     * A program that a firewall may use.
     *
     * @param file empty if the program isn't installed, or not in a directory where the firewall looks
     */
    public record Tool(String name, Optional<Path> file) {
        static List<Tool> of(Programs programs) {
            return Stream.of("iptables", "ip6tables", "ipset", "nft")
                    .map(name -> find(programs, name))
                    .toList();
        }

        private static Tool find(Programs programs, String name) {
            try {
                return new Tool(name, Optional.of(programs.find(name, name)));
            } catch (FirewallException e) {
                return new Tool(name, Optional.empty());
            }
        }
    }

    public HostReport {
        tools = List.copyOf(tools);
        warnings = List.copyOf(warnings);
    }
}
