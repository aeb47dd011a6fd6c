package io.tcptracker.cli.options;

import io.tcptracker.core.ban.BanPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how long scanners are blocked, and how many. */
public final class BanOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--ban",
            paramLabel = "DURATION",
            defaultValue = "10m",
            description =
                    "How long a scanner stays blocked, the first time; twice as long each time it comes back. 0 is"
                            + " until the tracker stops (default: ${DEFAULT-VALUE}).")
    private Duration ban;

    @Option(
            names = "--ban-max",
            paramLabel = "DURATION",
            description = "The longest that it is blocked (default: 24h, or --ban if that is more).")
    private @Nullable Duration banMax;

    @Option(
            names = "--ban-budget",
            paramLabel = "N/min",
            defaultValue = "100/min",
            description = "Block no more than so many sources a minute: anybody can forge scans from any number of them"
                    + " (default: ${DEFAULT-VALUE}).")
    private Converters.PerMinute banBudget;

    @Option(
            names = "--renew",
            fallbackValue = "true",
            description = "Let a block begin anew while its source goes on scanning.")
    private boolean renew;

    public BanPolicy policy() {
        try {
            Duration longest = BanPolicy.DEFAULT.longest();
            Duration most = banMax != null ? banMax : longest.compareTo(ban) > 0 ? longest : ban;
            return new BanPolicy(ban, most, BanPolicy.DEFAULT.most(), banBudget.count(), renew);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(), "Wrong --ban, --ban-max or --ban-budget: " + e.getMessage());
        }
    }
}
