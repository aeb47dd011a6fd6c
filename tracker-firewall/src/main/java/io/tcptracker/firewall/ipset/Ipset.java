package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorMessages;
import io.tcptracker.firewall.process.Programs;
import io.tcptracker.firewall.process.Programs.Result;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program that keeps kernel sets.
 *
 * <p>Confined to one thread at a time.
 */
public final class Ipset implements Closeable {
    private static final Pattern SAID = Pattern.compile("ipset v([\\d.]{1,20}), protocol version: \\d+\\s*");
    private static final Pattern FIELD = Pattern.compile("(?m)^(Name|Type|Header|Number of entries): (.*)$");

    private final Programs runner;
    private final Path tool;
    private final IpsetPipe pipe;

    /**
     * The properties of a set, without its entries.
     *
     * @param type such as {@code hash:net}
     * @param options such as {@code family inet hashsize 1024 maxelem 100000 timeout 0 comment}
     * @param entries how many there are; -1 from an ipset that doesn't tell
     */
    record Header(String type, String options, int entries) {}

    private Ipset(Programs runner, Path tool) {
        this.runner = runner;
        this.tool = tool;
        this.pipe = new IpsetPipe(runner, tool);
    }

    public static Ipset of(Programs runner) throws FirewallException {
        return new Ipset(runner, runner.find("ipset", "ipset"));
    }

    public String version() throws FirewallException {
        Result said = runner.run(tool, List.of("-v"), "");
        Matcher matcher = SAID.matcher(said.out());
        return matcher.lookingAt() ? matcher.group(1) : ErrorMessages.clean(said.out());
    }

    /** Returns ipset's answer to each command in turn, empty if it succeeded. Each must be safe to repeat. */
    List<String> tell(List<String> commands) throws FirewallException {
        return pipe.tell(commands);
    }

    /** Does these commands in one go, by a process of their own. */
    void restore(List<String> commands) throws FirewallException {
        runner.run(tool, List.of("-exist", "restore"), String.join("\n", commands) + "\n")
                .orThrow(IpsetErrors.TABLE);
    }

    /** Returns the failure that ipset's answer tells. */
    FirewallException failure(String answer) {
        return new Result(tool, 1, "", answer).explain(IpsetErrors.TABLE);
    }

    /** Returns the entries of a set, as commands that add them; empty if there is no such set. */
    List<String> entries(String set) throws FirewallException {
        Result result = runner.run(tool, List.of("save", set), "");
        if (result.succeeded()) {
            return result.out().lines().filter(line -> line.startsWith("add ")).toList();
        }
        FirewallException failure = result.explain(IpsetErrors.TABLE);
        if (failure.kind() == Kind.CHAIN_GONE) {
            return List.of();
        }
        throw failure;
    }

    /** Returns all sets of this network namespace by name, without their entries. */
    Map<String, Header> headers() throws FirewallException {
        String out = runner.run(tool, List.of("list", "-t"), "")
                .orThrow(IpsetErrors.TABLE)
                .out();
        Map<String, Header> headers = new HashMap<>();
        for (String set : out.split("(?m)^(?=Name: )", -1)) {
            Map<String, String> fields = new HashMap<>();
            FIELD.matcher(set).results().forEach(field -> fields.put(field.group(1), field.group(2)));
            String name = fields.getOrDefault("Name", "");
            headers.put(
                    name,
                    new Header(
                            fields.getOrDefault("Type", ""),
                            fields.getOrDefault("Header", ""),
                            Integer.parseInt(fields.getOrDefault("Number of entries", "-1"))));
        }
        return headers;
    }

    /** Ends the process that is kept. */
    @Override
    public void close() {
        pipe.close();
    }
}
