package io.tcptracker.firewall;

import io.tcptracker.firewall.nft.RulesetMonitor;
import io.tcptracker.firewall.process.Programs;
import java.io.IOException;

/** A process that says of each change of the rules that there was one, until its input ends. */
final class Listener {
    private Listener() {}

    public static void main(String[] arguments) throws IOException {
        RulesetMonitor monitor = new RulesetMonitor(Programs.ofHost(), () -> System.out.println("changed"));
        System.in.transferTo(System.out);
        monitor.close();
    }
}
