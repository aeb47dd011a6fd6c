package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorMessages;
import io.tcptracker.firewall.process.Programs.Result;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version and variant of iptables, as {@code iptables -V} prints them. Immutable. */
record IptablesVersion(int major, int minor, int patch, String variant) {
    private static final Pattern SAID =
            Pattern.compile("ip6?tables v(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?\\S*(?: \\((\\w+)\\))?\\s*");

    static IptablesVersion of(Result said) throws FirewallException {
        Matcher matcher = SAID.matcher(said.orThrow(IptablesErrors.TABLE).out());
        if (!matcher.matches()) {
            throw new FirewallException(
                    Kind.UNAVAILABLE,
                    ErrorMessages.clean(said.program().toString()) + " is not iptables",
                    "its version is '" + ErrorMessages.clean(said.out()) + "'",
                    "apt install iptables / dnf install iptables");
        }
        return new IptablesVersion(
                number(matcher.group(1)),
                number(matcher.group(2)),
                number(Objects.requireNonNullElse(matcher.group(3), "0")),
                // Before there were two variants (1.8.0) there was but this one.
                Objects.requireNonNullElse(matcher.group(4), "legacy"));
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    /** Returns whether all the tools know {@code -w} with a number of seconds: iptables-restore since 1.6.2. */
    boolean waits() {
        return major * 1_000_000L + minor * 1_000L + patch >= 1_006_002;
    }

    boolean isLegacy() {
        return variant.equals("legacy");
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + " (" + variant + ")";
    }
}
