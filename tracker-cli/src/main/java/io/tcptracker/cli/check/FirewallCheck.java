package io.tcptracker.cli.check;

import io.tcptracker.cli.options.FirewallOptions;
import io.tcptracker.firewall.FirewallWarning;
import io.tcptracker.firewall.HostReport;
import java.util.ArrayList;
import java.util.List;

/** The check of the firewall: the way in which {@code run} would block, its programs, and other firewalls. */
final class FirewallCheck {
    private FirewallCheck() {}

    static List<CheckResult> results(HostReport report) {
        List<CheckResult> results = new ArrayList<>();
        report.choice().ifPresent(choice -> results.add(CheckResult.ok("firewall", "can block with " + choice)));
        report.failure().ifPresent(failure -> results.add(CheckResult.failed("firewall", failure)));
        report.tools().forEach(tool -> results.add(tool(tool)));
        report.warnings().forEach(warning -> results.add(warning(warning)));
        if (report.warnings().isEmpty()) {
            results.add(CheckResult.ok("others", "no other firewall and no forwarding found on this host"));
        }
        return results;
    }

    /** Warns of a missing program. It is no failure, since the firewall may work without. */
    private static CheckResult tool(HostReport.Tool tool) {
        if (tool.file().isPresent()) {
            return CheckResult.ok(tool.name(), tool.file().get().toString());
        }
        String effect = switch (tool.name()) {
            case "iptables" -> "iptables can't block";
            case "ip6tables" -> "iptables can't block IPv6";
            case "ipset" -> "each ban is its own iptables rule, which slows every new connection";
            default -> "nftables can't block";
        };
        String its = switch (tool.name()) {
            case "ip6tables" -> "iptables";
            case "nft" -> "nftables";
            default -> tool.name();
        };
        return CheckResult.warn(
                tool.name(),
                "not installed, or not on the PATH; without it " + effect,
                "apt install " + its + " / dnf install " + its);
    }

    private static CheckResult warning(FirewallWarning warning) {
        String check = switch (warning.kind()) {
            case DOCKER -> "docker";
            case FORWARDING -> "forwarding";
            case FIREWALLD -> "firewalld";
            case NFTABLES_SERVICE -> "nftables";
            case SAVED_RULES -> "saved";
            case UFW -> "ufw";
        };
        String advice = FirewallOptions.advice(warning.kind());
        return advice.isEmpty()
                ? CheckResult.ok(check, warning.text())
                : CheckResult.warn(check, warning.text(), advice);
    }
}
