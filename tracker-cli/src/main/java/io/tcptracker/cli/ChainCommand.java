package io.tcptracker.cli;

import io.tcptracker.core.Ban;
import io.tcptracker.firewall.HostFirewall;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "chain",
        description = {
            "List the sources that are blocked, or lift all bans.",
            "Works whether a tracker runs or not, after a crash too."
        },
        footer = {"  tcptracker chain", "  tcptracker chain --flush"})
final class ChainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--flush",
            fallbackValue = "true",
            description = "Lift all bans and take away the chain and the jump to it, for IPv4 and IPv6. A tracker that"
                    + " runs makes them anew for the next scanner.")
    private boolean flush;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        // Closing takes the chain away, so whoever only lists must not.
        HostFirewall firewall = HostFirewall.attach();
        List<Ban> bans = firewall.bans();
        if (flush) {
            firewall.close();
            out.println(bans.size() == 1 ? "1 ban lifted" : bans.size() + " bans lifted");
        } else if (bans.isEmpty()) {
            out.println("No source is blocked");
        } else {
            out.print(table(bans));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static String table(List<Ban> bans) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SOURCE", "SINCE", "UNTIL"));
        for (Ban ban : bans) {
            rows.add(List.of(
                    ban.source().toString(),
                    ban.since().truncatedTo(ChronoUnit.SECONDS).toString(),
                    ban.until()
                            .map(until -> until.truncatedTo(ChronoUnit.SECONDS).toString())
                            .orElse("the tracker stops")));
        }
        return Table.of(rows);
    }
}
