package io.tcptracker.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The defaults from the environment: {@code --log-format} takes that of {@code TCPTRACKER_LOG_FORMAT}. They are for
 * {@code run}, which services start, and for {@code check}, which reports what {@code run} would find. A variable that was
 * left set must not make {@code chain} lift all bans.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final Set<String> COMMANDS = Set.of("run", "check");

    private final Map<String, String> environment;

    public EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)
                || option.usageHelp()
                || option.versionHelp()
                || !COMMANDS.contains(option.command().name())) {
            return null;
        }
        String value = environment.get(variable(option.longestName()));
        return value == null || value.isBlank() ? null : value;
    }

    static String variable(String option) {
        return "TCPTRACKER_" + option.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
