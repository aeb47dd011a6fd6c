package io.tcptracker.firewall.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NftElementTest {
    private static final Instant SINCE = Instant.ofEpochSecond(1_795_341_600, 23_456_789);

    @Test
    void tellsTheKernelWhenItEndsAndKeepsTheRestAsAComment() {
        Ban ban = new Ban(Prefix.parse("2001:db8::/64"), SINCE, Duration.ofMinutes(10), 2, "4 ports");
        assertEquals(
                Optional.of("2001:db8:: timeout 598s999ms comment \"1795341600.023456789+600 #2 4 ports\""),
                NftElement.format(ban, SINCE.plusMillis(1_001)));
        assertEquals(Optional.empty(), NftElement.format(ban, SINCE.plus(ban.length())));
    }

    @Test
    void keepsTimesToTheNanosecond() {
        for (Instant since : List.of(SINCE, Instant.EPOCH, Instant.EPOCH.minusNanos(1))) {
            Ban ban = new Ban(Prefix.parse("192.0.2.1"), since, Duration.ofNanos(Long.MAX_VALUE), 2, "4 ports");
            String element = NftElement.format(ban, since).orElseThrow();
            assertEquals(List.of(ban), NftElement.parse(listing("elements = { " + element + " }"), since));
        }
    }

    @Test
    void hasNoEndIfItLastsAsLongAsTheTracker() {
        Ban ban = new Ban(Prefix.parse("192.0.2.1"), SINCE, Duration.ZERO);
        assertEquals(
                Optional.of("192.0.2.1 comment \"1795341600.023456789+0 #1\""),
                NftElement.format(ban, SINCE.plus(Duration.ofDays(9))));
    }

    @Test
    void cutsOffOnlyTheReasonOfABanOfManyYears() {
        String reason = "x".repeat(100);
        Ban ban = new Ban(Prefix.parse("192.0.2.1"), SINCE, Duration.ofDays(20_000), Integer.MAX_VALUE, reason);
        String element = NftElement.format(ban, SINCE).orElseThrow();
        String comment = element.replaceFirst(".*\"(.*)\"", "$1");
        assertEquals(128, comment.length(), "the most that nft takes");
        Ban read = NftElement.parse(listing("elements = { " + element + " }"), SINCE)
                .get(0);
        assertEquals(ban.length(), read.length());
        assertEquals(ban.count(), read.count());
        assertEquals(reason.substring(0, read.reason().length()), read.reason());
    }

    @Test
    void readsElementsOverManyLinesAndNothingElse() {
        String listing =
                listing("elements = { 192.0.2.1 timeout 10m expires 9m59s996ms comment \"1+600 #1 a, b\", 192.0.2.2,\n"
                        + "\t\t\t     192.0.2.3 timeout 1h, 192.0.2.4 comment \"} 192.0.2.9\" }");
        List<String> sources = NftElement.parse(listing, SINCE).stream()
                .map(ban -> ban.source().toString())
                .toList();
        assertEquals(List.of("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"), sources);
    }

    private static String listing(String elements) {
        return "table inet tcptracker {\n"
                + "\tset allow4 {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 10.0.0.0/8, 127.0.0.1 }\n\t}\n\n"
                + "\tset ban4_32 {\n\t\ttype ipv4_addr\n\t\tsize 100000\n\t\tflags timeout\n\t\t" + elements
                + "\n\t}\n\n\tchain bans {\n\t\tip saddr @ban4_32 drop\n\t}\n}\n";
    }
}
