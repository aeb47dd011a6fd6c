package io.tcptracker.firewall.ipset;

import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.iptables.TrackerChain;
import java.util.List;
import java.util.regex.Pattern;

/** The two rules of our chain where bans are in sets. */
final class SetRules {
    private SetRules() {}

    static List<String> of(AddressFamily family, long generation) {
        String rule = "-A " + Backend.NAME + " -m set --match-set ";
        return List.of(
                rule + family.allowed() + " src" + TrackerChain.generation(generation) + " -j RETURN",
                rule + family.bans() + " src -j DROP");
    }

    /** Returns whether these rules, as {@code iptables -S} lists them, are ours. */
    static boolean matches(List<String> rules, AddressFamily family) {
        String expected = String.join("\n", of(family, 0));
        Pattern pattern =
                Pattern.compile(Pattern.quote(expected).replace("\"generation=0\"", "\\E\"?generation=\\d+\"?\\Q"));
        return pattern.matcher(String.join("\n", rules)).matches();
    }
}
