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
            order = HelpSections.BLOCKING + 3,
            description =
                    "Block a scanner for this long the first time, and for twice as long each time it returns. 0 blocks until the tracker stops (default: ${DEFAULT-VALUE}).")
    private Duration ban;

    @Option(
            names = "--ban-max",
            paramLabel = "DURATION",
            order = HelpSections.BLOCKING + 4,
            description = "Block no longer than this (default: 24h, or --ban if that is longer).")
    private @Nullable Duration banMax;

    @Option(
            names = "--ban-budget",
            paramLabel = "N/min",
            defaultValue = "100/min",
            order = HelpSections.BLOCKING + 5,
            description =
                    "Block at most N sources a minute: a single sender can spoof any number of them (default: ${DEFAULT-VALUE}).")
    private Converters.PerMinute banBudget;

    @Option(
            names = "--renew",
            fallbackValue = "true",
            order = HelpSections.BLOCKING + 6,
            description = "Restart the ban when its source keeps scanning.")
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
