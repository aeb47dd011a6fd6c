package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorMessages;
import io.tcptracker.firewall.process.Programs;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tool nft. Each change is one transaction: all of it is done, or nothing.
 *
 * <p>Confined to one thread at a time.
 */
final class Nft {
    private static final String NAME = "nft";
    private static final Pattern VERSION =
            Pattern.compile("nftables v(\\d{1,4}(?:\\.\\d{1,4}){1,3})\\b.*", Pattern.DOTALL);
    /** The most characters to type in. More take about as long as to start another nft. */
    private static final int MOST_TYPED = 32 << 10;

    private final Programs runner;
    private final Path tool;
    private final String version;
    private boolean keepsOpen;
    private @Nullable NftSession session;

    private Nft(Programs runner, Path tool, String version) {
        this.runner = runner;
        this.tool = tool;
        this.version = version;
    }

    static Nft find(Programs runner) throws FirewallException {
        Path tool = runner.find(NAME, "nftables");
        Result said = runner.run(tool, List.of("--version"), "");
        Matcher matcher = VERSION.matcher(said.out());
        if (!said.succeeded()) {
            FirewallException failure = said.explain(NftErrors.TABLE);
            // One that can't even tell its version is as good as none.
            throw failure.kind() == Kind.FAILED ? failure.withKind(Kind.UNAVAILABLE) : failure;
        }
        if (!matcher.matches()) {
            throw new FirewallException(
                    Kind.UNAVAILABLE,
                    ErrorMessages.clean(tool.toString()) + " is not nft",
                    "its version is '" + ErrorMessages.clean(said.out()) + "'",
                    "apt install nftables / dnf install nftables");
        }
        return new Nft(runner, tool, matcher.group(1));
    }

    String version() {
        return version;
    }

    /** Keeps one nft open from now on, if this version can be kept open. Many changes then take less time. */
    void keepOpen() throws FirewallException {
        Optional<NftSession> started = NftSession.start(runner, tool);
        session = started.orElse(null);
        keepsOpen = started.isPresent();
    }

    void release() {
        if (session != null) {
            session.end();
        }
        session = null;
        keepsOpen = false;
    }

    /**
     * Returns our table among others of its family, without the elements of the sets. To list our table alone takes nft 1.0.6 a
     * second where there are many elements, since it reads them without showing them.
     */
    String outline() throws FirewallException {
        return runner.run(tool, List.of("-t", "list", "ruleset", "inet"), "")
                .orThrow(NftErrors.TABLE)
                .out();
    }

    /** Returns the names of all chains of IPv4, and of their tables. */
    String chains() throws FirewallException {
        return runner.run(tool, List.of("list", "chains", "ip"), "")
                .orThrow(NftErrors.TABLE)
                .out();
    }

    /** Returns all of our table; empty if there is none. */
    String table() throws FirewallException {
        Result result = runner.run(tool, List.of("list", "table", "inet", "tcptracker"), "");
        if (result.succeeded()) {
            return result.out();
        }
        FirewallException failure = result.explain(NftErrors.TABLE);
        if (failure.kind() == Kind.CHAIN_GONE) {
            return "";
        }
        throw failure;
    }

    /** Sees whether the table could be made, but changes nothing. */
    void rehearse(List<String> commands) throws FirewallException {
        define(List.of("-c", "-f", "-"), commands);
    }

    /** Makes the table. */
    void define(List<String> commands) throws FirewallException {
        define(List.of("-f", "-"), commands);
    }

    private void define(List<String> arguments, List<String> commands) throws FirewallException {
        runner.run(tool, arguments, script(commands)).orThrow(NftErrors.OF_DEFINITION);
    }

    /**
     * Changes what is in the table.
     *
     * @param commands which come to the same if they are done twice
     */
    void change(List<String> commands) throws FirewallException {
        if (commands.isEmpty() || typed(commands)) {
            return;
        }
        runner.run(tool, List.of("-f", "-"), script(commands)).orThrow(NftErrors.TABLE);
    }

    /** Returns whether the nft that is kept open did it. If not, another nft is started, which says what is wrong. */
    private boolean typed(List<String> commands) throws FirewallException {
        String line = String.join("; ", commands);
        if (!keepsOpen || line.length() > MOST_TYPED) {
            return false;
        }
        if (session == null || !session.usable()) {
            if (session != null) {
                session.end();
            }
            session = NftSession.start(runner, tool).orElse(null);
            if (session == null) {
                return false;
            }
        }
        NftSession.Outcome outcome = session.submit(line);
        if (outcome == NftSession.Outcome.HUNG) {
            throw ErrorMessages.timedOut(tool, runner.deadline());
        }
        return outcome == NftSession.Outcome.DONE;
    }

    private static String script(List<String> commands) {
        return String.join("\n", commands) + "\n";
    }
}
