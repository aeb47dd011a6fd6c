package io.tcptracker.firewall.nft;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.KeptFirewall;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.nft.NftSession.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private NftStandIn nft;
    private final List<Backend> opened = new ArrayList<>();

    @BeforeEach
    void install() throws IOException {
        nft = new NftStandIn(directory);
        nft.interactive(OBEYS);
    }

    @AfterEach
    void leave() {
        opened.forEach(Backend::leave);
    }

    @Test
    void changesThroughTheOneThatIsKeptOpen() throws IOException {
        KeptFirewall firewall = open();
        assertTrue(nft.log().endsWith("-i home=/dev/null\ntyped: \n"), "it keeps no history of what it was told");
        firewall.add(List.of(BAN));
        firewall.lift(List.of(BAN.source()));
        firewall.allow(AllowList.of(List.of()));
        assertTrue(nft.log().matches("(typed: [^\n]+\n){3}"));
        firewall.replace(List.of(BAN), AllowList.of(List.of()));
        assertTrue(nft.log().startsWith("-f -\nadd table inet tcptracker\ndelete table"));
    }

    @Test
    void startsAnotherForACommandTooLongToType() throws IOException {
        KeptFirewall firewall = open();
        nft.log();
        firewall.add(bans(200));
        assertTrue(nft.log().startsWith(TYPED));
        firewall.add(bans(1_000));
        assertTrue(nft.log().startsWith(FILE));
    }

    private static List<Ban> bans(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Ban(Prefix.of(IpAddress.v4(i)), Instant.EPOCH, Duration.ZERO))
                .toList();
    }

    @Test
    void changesByHandWithoutOneThatIsKeptOpen() throws IOException {
        Backend firewall = NftBackend.attach(nft.host());
        assertFalse(nft.log().contains("-i"));
        firewall.lift(List.of(BAN.source()));
        assertTrue(nft.log().startsWith(FILE));
    }

    @Test
    void asksAnotherForTheReasonOfARefusal() throws IOException {
        nft.interactive(STARTED + STARTED + """
                read -r line && read -r word
                printf 'Error: Could not process rule: Too many\\n%s\\n ^^\\n' "$line" >&2
                printf 'Error: syntax error, unexpected newline\\n%s\\n  ^\\n' "$word" >&2
                """ + OBEYS);
        KeptFirewall firewall = open();
        firewall.add(List.of(BAN));
        nft.log();
        firewall.add(List.of(BAN));
        assertTrue(nft.log().startsWith(FILE), "refused");
        firewall.add(List.of(BAN));
        assertTrue(nft.log().startsWith(TYPED), "but it goes on");
    }

    @Test
    void retellsLostCommandsToItsSuccessor() throws IOException {
        nft.interactive(STARTED + "read -r line; exit 0");
        KeptFirewall firewall = open();
        nft.log();
        nft.interactive(OBEYS);
        firewall.add(List.of(BAN));
        assertTrue(nft.log().startsWith(FILE), "it ended before it said anything");
        firewall.add(List.of(BAN));
        assertTrue(nft.log().startsWith("-i home=/dev/null\ntyped: \n" + TYPED), "the next is kept open");
    }

    @Test
    void startsAnotherWhereOneWasKilled() throws IOException {
        KeptFirewall firewall = open();
        nft.log();
        ProcessHandle kept = NftStandIn.kept().orElseThrow();
        kept.destroyForcibly();
        kept.onExit().join();
        firewall.add(List.of(BAN));
        assertTrue(nft.log().contains("typed: add element") || nft.log().startsWith(FILE));
    }

    @Test
    void killsOneThatHangsAtItsDeadline() throws IOException {
        nft.interactive(STARTED + "sleep 1000 & wait");
        KeptFirewall firewall = open();
        ProcessHandle hanging = NftStandIn.kept().orElseThrow();
        nft.log();
        // More than it takes without reading.
        List<Ban> many = bans(300);
        assertRefused(Kind.FAILED, "nft did not end within 1.5 s and was killed", () -> firewall.add(many));
        hanging.onExit().join();
        nft.interactive(OBEYS);
        firewall.add(List.of(BAN));
        assertTrue(nft.log().contains(TYPED));
    }

    @Test
    void doesWithoutWhereNftCannotBeKeptOpen() throws IOException {
        nft.interactive("echo 'nft: interactive CLI not supported in this build' >&2; exit 1");
        KeptFirewall firewall = open();
        nft.log();
        firewall.add(List.of(BAN));
        assertTrue(nft.log().startsWith(FILE), "it isn't tried again");
    }

    @Test
    void goesOnWhenInterrupted() throws IOException {
        KeptFirewall firewall = open();
        nft.log();
        Thread.currentThread().interrupt();
        firewall.add(List.of(BAN));
        assertTrue(Thread.interrupted(), "the interrupt stays pending");
        assertTrue(nft.log().startsWith(TYPED));
    }

    @Test
    void isNotKeptForEver() throws IOException {
        nft.interactive("while read -r line && read -r word; do echo \"$word\" >&2; done");
        NftSession session =
                NftSession.start(nft.host().runner(), directory.resolve("nft")).orElseThrow();
        while (session.usable()) {
            assertEquals(Outcome.DONE, session.submit(""));
        }
        session.end();
    }

    @Test
    void endsWithItsFirewall() throws IOException {
        KeptFirewall firewall = open();
        ProcessHandle kept = NftStandIn.kept().orElseThrow();
        firewall.leave();
        kept.onExit().join();
        nft.log();
        firewall.add(List.of(BAN));
        assertTrue(nft.log().startsWith(FILE), "none is started any more");
    }

    @Test
    void refusesAProgramThatIsNotNft() throws IOException {
        nft.tool("#!/bin/sh\necho 'node file transfer 3'\n");
        assertRefused(Kind.UNAVAILABLE, "is not nft (its version is 'node file transfer 3')", this::open);
        Files.delete(directory.resolve("nft"));
        assertRefused(Kind.NOT_INSTALLED, "nft is not installed: apt install nftables", this::open);
    }

    private KeptFirewall open() throws IOException {
        Backend firewall = NftBackend.find(nft.host(), false, "").open();
        opened.add(firewall);
        return new KeptFirewall(firewall);
    }
}
