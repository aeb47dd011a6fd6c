package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.cli.testing.Unprivileged;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The findings of {@code check}, which leaves the host as it was. */
@Needs(
        namespaces = true,
        programs = {"python3", "curl", "setpriv", "iptables", "ip6tables", "ipset", "nft", "ip"})
@Timeout(100)
class CheckEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    private String before = "";

    @BeforeEach
    void look() {
        hosts.onHost("iptables", "-A", "INPUT", "-s", "192.0.2.1", "-j", "DROP").orThrow();
        // The probe of a family makes iptables-nft leave the family's empty table, if the table isn't there yet.
        hosts.onHost("ip6tables", "-A", "INPUT", "-s", "2001:db8::1", "-j", "DROP")
                .orThrow();
        hosts.onHost("ipset", "create", "mine", "hash:ip").orThrow();
        before = state();
    }

    @AfterEach
    void changesNothing() {
        assertEquals(before, state(), "the host afterwards");
    }

    private String state() {
        return Stream.of("nft list ruleset", "iptables-save", "ip6tables-save", "ipset list", "ip -d link", "ip addr")
                .map(command -> hosts.onHost(command.split(" ")).orThrow())
                .map(said -> said.replaceAll("(?m)^#.*\n", "")
                        .replaceAll("\\[\\d+:\\d+]|packets \\d+ bytes \\d+| tentative", ""))
                .reduce(locks(), String::concat);
    }

    /** The files of locks on the firewall of this namespace. */
    private String locks() {
        return hosts.onHost(
                        "sh",
                        "-c",
                        "ls /run \"$1\" | grep \"tcptracker-$(readlink /proc/self/ns/net | tr -dc 0-9)\" || true",
                        "sh",
                        System.getProperty("java.io.tmpdir"))
                .orThrow();
    }

    private Result check(List<String> program, String... options) {
        Result result = hosts.tcptracker(
                program, Stream.concat(Stream.of("check"), Stream.of(options)).toArray(String[]::new));
        assertEquals("", result.err(), "standard error");
        return result;
    }

    private static void assertLine(String regex, Result result) {
        assertTrue(result.out().lines().anyMatch(line -> line.matches(regex)), () -> "no " + regex + " in:\n" + result);
    }

    @Test
    void rootHasAllThatIsNeeded() {
        Result result = check(List.of(Hosts.PROGRAM), "-d", Network.DEVICE);
        for (String line : List.of(
                "ok +CAP_NET_RAW +effective",
                "ok +CAP_NET_ADMIN +effective",
                "ok +libpcap .*",
                "ok +device +veth0 is up",
                "ok +capture +ring of 32 MiB",
                "ok +firewall +can block with iptables \\d.*",
                "ok +nft +/.*/nft",
                "ok +metrics +port 8081 of 127.0.0.1 is free",
                "This host can capture and block")) {
            assertLine(line, result);
        }
        assertEquals(0, result.exit(), result::out);
    }

    @Test
    void unprivilegedUserLacksBothCapabilities() throws IOException {
        Result result = check(Unprivileged.program(directory), "-d", Network.DEVICE);
        for (String line : List.of(
                "FAIL +CAP_NET_RAW +missing.*",
                "FAIL +CAP_NET_ADMIN +missing.*",
                "warn +no_new_privs +set.*",
                "ok +device +veth0 is up",
                "FAIL +capture +not permitted to capture on veth0.*",
                "FAIL +firewall +.*",
                "4 problems found")) {
            assertLine(line, result);
        }
        assertEquals(77, result.exit(), result::out);
    }

    @Test
    void unprivilegedUserWithOneCapabilityLacksTheOther() throws IOException {
        Result result = check(Unprivileged.program(directory, "net_raw"), "-d", Network.DEVICE);
        assertLine("ok +CAP_NET_RAW +effective", result);
        assertLine("ok +capture +ring of 32 MiB", result);
        assertLine("FAIL +CAP_NET_ADMIN +missing.*", result);
        assertEquals(77, result.exit(), result::out);
    }

    @Test
    void unprivilegedUserWithBothLacksNothing() throws IOException {
        Result result = check(Unprivileged.program(directory, "net_raw", "net_admin"), "-d", Network.DEVICE);
        assertEquals(0, result.exit(), result::out);
        assertLine("This host can capture and block", result);
    }

    @Test
    void arrayHasAnObjectForEachFinding() throws IOException {
        Result result = check(Unprivileged.program(directory), "-d", Network.DEVICE, "--json");
        assertEquals(77, result.exit(), result::out);
        String read = "import json, sys\n"
                + "for each in json.loads(sys.argv[1]): print(*each, each['check'], each['state'])";
        List<String> lines = hosts.onHost("python3", "-c", read, result.out())
                .orThrow()
                .lines()
                .toList();
        assertTrue(lines.contains("check state detail cure CAP_NET_RAW fail"), lines::toString);
        assertTrue(lines.contains("check state detail cure device ok"), lines::toString);
        assertTrue(lines.stream().allMatch(line -> line.matches("check state detail cure \\w+ (ok|warn|fail)")));
    }

    @Test
    void deviceThatIsDownMissingOrUnnamedIsReported() {
        hosts.onHost("ip", "link", "add", "spare9", "type", "veth").orThrow();
        before = state();
        Result down = check(List.of(Hosts.PROGRAM), "-d", "spare9");
        assertLine("FAIL +device +spare9 is down", down);
        assertLine(" +cure: ip link set spare9 up", down);
        assertEquals(69, down.exit(), down::out);
        assertLine("FAIL +device +there is no device nosuch", check(List.of(Hosts.PROGRAM), "-d", "nosuch"));
        assertLine("FAIL +device +there is no default route.*", check(List.of(Hosts.PROGRAM)));
    }

    @Test
    void trackerThatRunsIsLeftAlone() {
        RunningTracker tracker = hosts.track();
        before = state();
        Result result = check(List.of(Hosts.PROGRAM), "-d", Network.DEVICE);
        assertLine("warn +tracker +a tracker runs already \\(pid \\d+\\)", result);
        assertLine("warn +metrics +port 8081 of 127.0.0.1 is in use", result);
        assertEquals(0, result.exit(), result::out);
        assertEquals(200, tracker.health().status(), "health");
    }

    @Test
    void missingIptablesIsReported() {
        Result result = check(replaced("/dev/null", "iptables", "ip6tables"), "-d", Network.DEVICE);
        assertLine("ok +firewall +can block with nft .*", result);
        assertLine("warn +iptables +not installed.*", result);
        assertEquals(0, result.exit(), result::out);
    }

    @Test
    void iptablesThatHangsIsGivenUp() throws IOException {
        Path slow = script("sleep 4\necho 'iptables v1.8.9 (nf_tables)'");
        Result result = check(replaced(slow.toString(), "iptables", "ip6tables"), "-d", Network.DEVICE);
        assertLine("FAIL +firewall +no answer within 7 s", result);
        assertLine("ok +capture .*", result);
        assertEquals(69, result.exit(), result::out);
    }

    @Test
    void plainRulesAreReportedWhereRunChoosesThem() throws IOException {
        Path broken = script(
                "[ \"$1\" = version ] && exec echo 'ipset v7.17, protocol version: 7'",
                "echo 'ipset v7.17: Cannot open session to kernel.' >&2; exit 1");
        List<String> program = replaced(broken.toString(), "ipset");
        Result result = check(program, "-d", Network.DEVICE);
        assertLine("ok +firewall +can block with iptables .* with plain rules.*: at most 2000 bans.*", result);
        assertEquals(0, result.exit(), result::out);
        RunningTracker tracker = hosts.track(program);
        assertEquals(blockingWith(tracker), firewall(result));
        before = state();
    }

    @Test
    void variantOfTheOptionIsReported() {
        Result result = check(List.of(Hosts.PROGRAM), "-d", Network.DEVICE, "--firewall", "nft");
        assertLine("ok +firewall +can block with nft .*", result);
        RunningTracker tracker = hosts.track("--firewall", "nft");
        assertEquals(blockingWith(tracker), firewall(result));
        before = state();
    }

    @Test
    void checkAndRunAdviseTheSameOnForwarding() {
        hosts.onHost("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward").orThrow();
        Result result = check(List.of(Hosts.PROGRAM), "-d", Network.DEVICE);
        // Where Docker runs, it is the reason to forward.
        String warning = group("warn +(?:forwarding|docker) +(.*)", result.out());
        String cure = group(" +cure: (use --protect all.*)", result.out());
        RunningTracker tracker = hosts.track();
        assertEquals(
                1,
                tracker.err()
                        .with("WARN " + Pattern.quote(warning + ": " + cure))
                        .size());
        before = state();
        Result protectedToo = check(List.of(Hosts.PROGRAM), "-d", Network.DEVICE, "--protect", "all");
        assertEquals(0, protectedToo.exit(), protectedToo::out);
    }

    private static String firewall(Result check) {
        return group("ok +firewall +can block with (.*)", check.out());
    }

    private static String blockingWith(RunningTracker tracker) {
        return group(
                ".* blocking with (.*)", tracker.err().with("blocking with").get(0));
    }

    /** Returns the group of the first line that matches. */
    private static String group(String regex, String text) {
        Matcher line = Pattern.compile("(?m)^" + regex + "$").matcher(text);
        assertTrue(line.find(), () -> "no " + regex + " in:\n" + text);
        return line.group(1);
    }

    private Path script(String... lines) throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }

    /** The program where another file is in the place of these tools, seen by the program alone. */
    private static List<String> replaced(String file, String... tools) {
        String replace = """
                file=$1
                shift
                for directory in $(echo "$PATH:/usr/sbin:/sbin:/usr/local/sbin" | tr : ' '); do
                    for tool in %s; do
                        if [ -e "$directory/$tool" ]; then
                            mount --bind "$file" "$(readlink -f "$directory/$tool")"
                        fi
                    done
                done
                exec "$@"
                """.formatted(String.join(" ", tools));
        return List.of("sh", "-c", replace, "sh", file, Hosts.PROGRAM);
    }
}
