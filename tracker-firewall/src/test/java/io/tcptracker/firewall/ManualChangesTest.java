package io.tcptracker.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.Backend.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManualChangesTest {
    private static final Ban A = ban("192.0.2.1", 1);
    private static final Ban B = ban("192.0.2.2", 2);
    private static final Ban C = ban("192.0.2.3", 3);
    private static final Ban LATER_A = ban("192.0.2.1", 4);
    private static final AllowList NONE = AllowList.of(List.of());

    @Test
    void banThatTheTrackerDoesNotKnowIsAddedAndOneThatIsGoneIsLeftOut() {
        assertMerged(Set.of(B, C), List.of(A, B), List.of(B, C), List.of(A, B), Mark.CHANGED);
    }

    @Test
    void laterOfTwoBansOfASourceCounts() {
        assertMerged(Set.of(LATER_A), List.of(A), List.of(LATER_A), List.of(A), Mark.CHANGED);
        assertMerged(Set.of(LATER_A), List.of(LATER_A), List.of(A), List.of(), Mark.CHANGED);
    }

    @Test
    void nothingIsLeftOutIfItMayHaveGoneWithTheMark() {
        assertMerged(Set.of(A, B, C), List.of(A, B), List.of(C), List.of(A, B), Mark.LOST);
    }

    @Test
    void banThatTheTrackerIsAboutToLiftDoesNotComeBack() {
        assertMerged(Set.of(A), List.of(A), List.of(A, B), List.of(A, B), Mark.CHANGED);
        assertMerged(Set.of(A, B), List.of(A), List.of(A, B), List.of(A), Mark.CHANGED);
    }

    @Test
    void freshBanOfTheTrackerNeedNotBeThere() {
        assertMerged(Set.of(A, B), List.of(A, B), List.of(A), List.of(A), Mark.CHANGED);
    }

    @Test
    void rulesOfOthersAndBansThatAreOverOrAllowedAreNotAdded() {
        Ban foreign = new Ban(Prefix.parse("0.0.0.0/0"), Instant.EPOCH, Duration.ZERO);
        assertMerged(Set.of(), List.of(), List.of(foreign), List.of(), Mark.LOST);
        AllowList allowed = AllowList.of(List.of(C.source()));
        assertEquals(Set.of(), applied(List.of(), List.of(C), List.of(), Mark.CHANGED, allowed, 10));
        assertEquals(Set.of(C), applied(List.of(), List.of(C), List.of(), Mark.CHANGED, NONE, 602));
        assertEquals(Set.of(), applied(List.of(), List.of(C), List.of(), Mark.CHANGED, NONE, 603));
    }

    private static void assertMerged(
            Set<Ban> expected, List<Ban> wanted, List<Ban> found, List<Ban> believed, Mark mark) {
        assertEquals(expected, applied(wanted, found, believed, mark, NONE, 10));
    }

    private static Set<Ban> applied(
            List<Ban> wanted, List<Ban> found, Collection<Ban> believed, Mark mark, AllowList allowed, long now) {
        return Set.copyOf(new ManualChanges(found, mark, BansInForce.of(believed), allowed, Instant.ofEpochSecond(now))
                .appliedTo(wanted));
    }

    private static Ban ban(String source, long second) {
        return new Ban(Prefix.parse(source), Instant.ofEpochSecond(second), Duration.ofMinutes(10));
    }
}
