package io.tcptracker.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.Backend.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ManualChangesTest {
    private static final Ban A = ban("192.0.2.1", 1);
    private static final Ban B = ban("192.0.2.2", 2);
    private static final Ban C = ban("192.0.2.3", 3);
    private static final Ban LATER_A = ban("192.0.2.1", 4);

    private final ManualChanges changes = new ManualChanges();

    @Test
    void addsWhatTheTrackerDoesNotKnowOfAndLeavesOutWhatWasLifted() {
        changes.replaced(List.of(A));
        changes.added(List.of(B));
        assertMerged(Set.of(B, C), List.of(A, B), List.of(B, C), Mark.CHANGED);
        assertTrue(changes.tell());
        assertFalse(changes.tell(), "once");
    }

    @Test
    void goesByTheLaterOfTwoBansOfASource() {
        changes.replaced(List.of(A));
        assertMerged(Set.of(LATER_A), List.of(A), List.of(LATER_A), Mark.CHANGED);
        changes.replaced(List.of());
        assertMerged(Set.of(LATER_A), List.of(LATER_A), List.of(A), Mark.CHANGED);
    }

    @Test
    void liftsNothingWhereItMayHaveGoneWithTheMark() {
        changes.replaced(List.of(A, B));
        assertMerged(Set.of(A, B, C), List.of(A, B), List.of(C), Mark.LOST);
    }

    @Test
    void bringsBackNothingThatTheTrackerWantsGone() {
        changes.replaced(List.of(A, B));
        assertMerged(Set.of(A), List.of(A), List.of(A, B), Mark.CHANGED);
        assertFalse(changes.pending(), "there is nothing to tell");
        changes.lifted(List.of(B.source()));
        assertMerged(Set.of(A, B), List.of(A), List.of(A, B), Mark.CHANGED);
    }

    @Test
    void putsUpWhatTheTrackerIsNewToEvenIfItIsNotThere() {
        changes.replaced(List.of(A));
        assertMerged(Set.of(A, B), List.of(A, B), List.of(A), Mark.CHANGED);
    }

    @Test
    void takesUpNeitherRulesOfOthersNorWhatIsAllowedByNow() {
        Ban foreign = new Ban(Prefix.parse("0.0.0.0/0"), Instant.EPOCH, Duration.ZERO);
        assertMerged(Set.of(), List.of(), List.of(foreign), Mark.LOST);
        AllowList allowed = AllowList.of(List.of(C.source()));
        assertTrue(changes.merge(List.of(), List.of(C), Mark.CHANGED, allowed).isEmpty());
    }

    private void assertMerged(Set<Ban> expected, List<Ban> wanted, List<Ban> found, Mark mark) {
        assertEquals(expected, Set.copyOf(changes.merge(wanted, found, mark, AllowList.of(List.of()))));
    }

    private static Ban ban(String source, long second) {
        return new Ban(Prefix.parse(source), Instant.ofEpochSecond(second), Duration.ofMinutes(10));
    }
}
