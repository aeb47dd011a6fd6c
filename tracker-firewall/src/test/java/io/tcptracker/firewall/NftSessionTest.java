package io.tcptracker.firewall;

import static io.tcptracker.firewall.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.AllowList;
import io.tcptracker.core.Ban;
import io.tcptracker.core.Firewall.FirewallException.Kind;
import io.tcptracker.core.IpAddress;
import io.tcptracker.core.Prefix;
import io.tcptracker.firewall.NftSession.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What we make of an nft that is kept open and does this and that, without a kernel. */
@Timeout(60)
class NftSessionTest {
    /** Says nothing but that it doesn't know each second line, and points at it. */
    private static final String OBEYS = """
            while read -r line && read -r word; do
                echo "typed: $line" >> "$dir/log"
                printf 'Error: syntax error, unexpected newline\\n%s\\n   ^\\n' "$word" >&2
            done""";

    private static final String STARTED = """
            read -r line && read -r word
            printf 'Error: syntax error, unexpected newline\\n%s\\n    ^\\n' "$word" >&2
            """;

    private static final Ban BAN = new Ban(Prefix.parse("192.0.2.1"), Instant.EPOCH, Duration.ZERO);
    private static final String FILE = "-f -\nadd element";
    private static final String TYPED = "typed: add element";

    @TempDir
    Path directory;

    private final List<NftFirewall> opened = new ArrayList<>();

    @BeforeEach
    void install() throws IOException {
        interactive(OBEYS);
    }

    @AfterEach
    void leave() {
        opened.forEach(NftFirewall::leave);
    }

    @Test
    void changesThroughTheOneThatIsKeptOpen() throws IOException {
        NftFirewall firewall = open();
        assertTrue(log().endsWith("-i home=/dev/null\ntyped: \n"), "it keeps no history of what it was told");
        firewall.add(List.of(BAN));
        firewall.lift(List.of(BAN.source()));
        firewall.allow(AllowList.of(List.of()));
        assertTrue(log().matches("(typed: [^\n]+\n){3}"));
        firewall.replace(List.of(BAN), AllowList.of(List.of()));
        assertTrue(log().startsWith("-f -\nadd table inet tcptracker\ndelete table"));
    }

    @Test
    void startsAnotherForWhatIsTooLongToType() throws IOException {
        NftFirewall firewall = open();
        log();
        firewall.add(bans(200));
        assertTrue(log().startsWith(TYPED));
        firewall.add(bans(1_000));
        assertTrue(log().startsWith(FILE));
    }

    private static List<Ban> bans(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Ban(Prefix.of(IpAddress.v4(i)), Instant.EPOCH, Duration.ZERO))
                .toList();
    }

    @Test
    void changesByHandWithoutOneThatIsKeptOpen() throws IOException {
        NftFirewall firewall = NftFirewall.attach(host());
        assertFalse(log().contains("-i"));
        firewall.lift(List.of(BAN.source()));
        assertTrue(log().startsWith(FILE));
    }

    @Test
    void asksAnotherWhatIsWrongWithWhatItRefuses() throws IOException {
        interactive(STARTED + STARTED + """
                read -r line && read -r word
                printf 'Error: Could not process rule: Too many\\n%s\\n ^^\\n' "$line" >&2
                printf 'Error: syntax error, unexpected newline\\n%s\\n  ^\\n' "$word" >&2
                """ + OBEYS);
        NftFirewall firewall = open();
        firewall.add(List.of(BAN));
        log();
        firewall.add(List.of(BAN));
        assertTrue(log().startsWith(FILE), "refused");
        firewall.add(List.of(BAN));
        assertTrue(log().startsWith(TYPED), "but it goes on");
    }

    @Test
    void tellsAnotherWhatOneTookAlongWhenItEnded() throws IOException {
        interactive(STARTED + "read -r line; exit 0");
        NftFirewall firewall = open();
        log();
        interactive(OBEYS);
        firewall.add(List.of(BAN));
        assertTrue(log().startsWith(FILE), "it ended before it said anything");
        firewall.add(List.of(BAN));
        assertTrue(log().startsWith("-i home=/dev/null\ntyped: \n" + TYPED), "the next is kept open");
    }

    @Test
    void startsAnotherWhereOneWasKilled() throws IOException {
        NftFirewall firewall = open();
        log();
        ProcessHandle kept = kept();
        kept.destroyForcibly();
        kept.onExit().join();
        firewall.add(List.of(BAN));
        assertTrue(log().contains("typed: add element") || log().startsWith(FILE));
    }

    @Test
    void killsOneThatHangsAtItsDeadline() throws IOException {
        interactive(STARTED + "sleep 1000 & wait");
        NftFirewall firewall = open();
        ProcessHandle hanging = kept();
        log();
        // More than it takes without reading.
        List<Ban> many = bans(300);
        assertRefused(Kind.FAILED, "nft did not end within 1.5 s and was killed", () -> firewall.add(many));
        hanging.onExit().join();
        interactive(OBEYS);
        firewall.add(List.of(BAN));
        assertTrue(log().contains(TYPED));
    }

    @Test
    void doesWithoutWhereNftCannotBeKeptOpen() throws IOException {
        interactive("echo 'nft: interactive CLI not supported in this build' >&2; exit 1");
        NftFirewall firewall = open();
        log();
        firewall.add(List.of(BAN));
        assertTrue(log().startsWith(FILE), "it isn't tried again");
    }

    @Test
    void goesOnWhenInterrupted() throws IOException {
        NftFirewall firewall = open();
        log();
        Thread.currentThread().interrupt();
        firewall.add(List.of(BAN));
        assertTrue(Thread.interrupted(), "the interrupt stays pending");
        assertTrue(log().startsWith(TYPED));
    }

    @Test
    void isNotKeptForEver() throws IOException {
        interactive("while read -r line && read -r word; do echo \"$word\" >&2; done");
        NftSession session =
                NftSession.start(host().runner(), directory.resolve("nft")).orElseThrow();
        while (session.usable()) {
            assertEquals(Outcome.DONE, session.submit(""));
        }
        session.end();
    }

    @Test
    void endsWithItsFirewall() throws IOException {
        NftFirewall firewall = open();
        ProcessHandle kept = kept();
        firewall.leave();
        kept.onExit().join();
        log();
        firewall.add(List.of(BAN));
        assertTrue(log().startsWith(FILE), "none is started any more");
    }

    @Test
    void refusesWhatIsNotNft() throws IOException {
        tool("#!/bin/sh\necho 'node file transfer 3'\n");
        assertRefused(Kind.UNAVAILABLE, "is not nft: of its version it says 'node file transfer 3'", this::open);
        Files.delete(directory.resolve("nft"));
        assertRefused(Kind.UNAVAILABLE, "nft is not installed, or not on the PATH: apt install nftables", this::open);
    }

    private NftFirewall open() throws IOException {
        NftFirewall firewall = NftFirewall.open(host(), false);
        opened.add(firewall);
        return firewall;
    }

    private Host host() {
        Runner runner = new Runner(List.of(), directory.toString(), Duration.ofMillis(1500));
        return new Host(runner, true, directory.resolve("lock"));
    }

    private ProcessHandle kept() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        List.of(child.info().arguments().orElse(new String[0])).contains("-i"))
                .findFirst()
                .orElseThrow();
    }

    /** Has nft do this, in sh, when it is kept open, and else write down what it is told. */
    private void interactive(String lines) throws IOException {
        tool("""
                #!/bin/sh
                dir=${0%/*}
                case "$1" in
                --version)
                    echo 'nftables v1.0.6 (Lester Gooch #5)'
                    exit 0
                    ;;
                -i)
                    echo "$* home=$HOME" >> "$dir/log"
                """ + lines + """

                    exit 0
                    ;;
                esac
                echo "$*" >> "$dir/log"
                if [ "$1" != -t ]; then cat >> "$dir/log"; fi
                """);
    }

    private void tool(String text) throws IOException {
        // Another file, as one that a shell still reads is not to change.
        Path file = Files.writeString(directory.resolve("nft.new"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(file, directory.resolve("nft"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** What nft was told since the last look. */
    private String log() throws IOException {
        Path log = directory.resolve("log");
        String text = Files.exists(log) ? Files.readString(log) : "";
        Files.deleteIfExists(log);
        return text;
    }
}
