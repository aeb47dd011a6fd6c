package io.tcptracker.cli.replay;

import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An explanation of verdicts in words. Immutable.
 *
 * @param bothDirections whether the capture shows any answers
 * @param end when the capture ended, in nanoseconds
 */
record VerdictExplanation(List<ScanPolicy> policies, boolean bothDirections, long end) {
    /** The reason for the verdict of one rule. */
    record Reason(ScanPolicy policy, boolean scan, String why) {}

    /** Returns the reason for the verdict of each rule that is about pairs. */
    List<Reason> of(PairTimeline timeline) {
        List<Reason> reasons = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            NearestMiss nearest = timeline.nearestMiss(i);
            int rule = i;
            if (nearest != null) {
                ScanPolicy policy = policies.get(i);
                reasons.add(timeline.verdicts().stream()
                        .filter(each -> each.rule() == rule)
                        .findFirst()
                        .map(each -> new Reason(policy, true, scan(timeline, each.scan(), policy, nearest)))
                        .orElseGet(() -> new Reason(
                                policy, false, "no " + noun(policy) + ": " + why(timeline, policy, nearest))));
            }
        }
        return reasons;
    }

    private static String noun(ScanPolicy policy) {
        return policy.rule() == Rule.SLOW ? "slow scan" : "scan";
    }

    private static String limit(ScanPolicy policy) {
        return policy.rule() == Rule.VERTICAL ? "--ports " + policy.ports() : policy.toString();
    }

    private static String window(ScanPolicy policy) {
        return "within " + ScanPolicy.formatDuration(policy.window()).replaceFirst("([a-z])", " $1");
    }

    private String scan(PairTimeline timeline, Scan scan, ScanPolicy policy, NearestMiss nearest) {
        int ports = scan.ports().size();
        String when = !policy.usesEvidence()
                ? "at the " + ordinal(ports) + " port"
                : "with " + ports + " ports, " + policy.unanswered() + " or more unanswered (--unanswered "
                        + policy.unanswered() + ")";
        return "a " + noun(policy) + " " + when + ", " + span(after(timeline, scan, policy)) + " after the first: "
                + ScanFormat.list(scan.ports()).replace(",", ", ") + outcome(timeline, scan)
                + falsePositive(timeline, policy, nearest);
    }

    /** Returns the time since the first try of the scan's ports; the detector knows only the latest tries. */
    private static long after(PairTimeline timeline, Scan scan, ScanPolicy policy) {
        Instant earliest = scan.detectedAt().minus(policy.window());
        Instant first = timeline.ports().stream()
                .filter(each -> scan.ports().contains(each.port()))
                .map(each -> instant(each.time()))
                .filter(each -> !each.isBefore(earliest))
                .min(Comparator.naturalOrder())
                .orElse(scan.evidence().first());
        return Duration.between(first, scan.detectedAt()).toNanos();
    }

    /** Returns the port states at the end of the capture, where more is known than at the verdict. */
    private String outcome(PairTimeline timeline, Scan scan) {
        Map<PortState, Long> states = scan.ports().stream()
                .map(timeline::latest)
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(this::stateAtEnd, Collectors.counting()));
        if (states.getOrDefault(PortState.OPEN, 0L) == scan.ports().size()) {
            return "; all of them answered";
        }
        List<String> parts = new ArrayList<>();
        add(parts, states.getOrDefault(PortState.CLOSED, 0L), "refused");
        add(parts, states.getOrDefault(PortState.FILTERED, 0L), "silent");
        return parts.isEmpty() ? "" : "; " + String.join(", ", parts);
    }

    private static void add(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(parts.isEmpty() ? count + " of them " + what : count + " " + what);
        }
    }

    private String falsePositive(PairTimeline timeline, ScanPolicy policy, NearestMiss nearest) {
        return !policy.usesEvidence()
                        && timeline.withoutSyn() == 0
                        && bothDirections
                        && nearest.unanswered() < ScanPolicy.RECOMMENDED_UNANSWERED
                        && !nearest.isFull()
                ? ". With --unanswered " + ScanPolicy.RECOMMENDED_UNANSWERED + " this is no scan"
                : "";
    }

    private String why(PairTimeline timeline, ScanPolicy policy, NearestMiss nearest) {
        if (nearest.ports() == 0) {
            return "probes without a SYN count only with --unanswered";
        }
        String when = ", at " + instant(nearest.at());
        if (nearest.ports() <= policy.ports()) {
            String probes = timeline.withoutSyn() > 0 && !policy.usesEvidence()
                    ? "; probes without a SYN count only with --unanswered"
                    : "";
            return "at most " + ScanFormat.count(nearest.ports(), "distinct port") + " " + window(policy) + " ("
                    + limit(policy) + ")" + probes + when;
        }
        String many = (nearest.isFull() ? "at least " : "") + nearest.ports() + " ports " + window(policy);
        if (!bothDirections) {
            return many + ", but the capture shows no answers, so no port counts as silent (--unanswered "
                    + policy.unanswered() + ")" + when;
        }
        if (nearest.unanswered() < policy.unanswered()) {
            return many + ", but " + (nearest.unanswered() == 0 ? "none" : "only " + nearest.unanswered())
                    + " unanswered (--unanswered " + policy.unanswered() + ")" + when;
        }
        return many + ", but earlier ports were forgotten (a larger --memory helps) or came out of order" + when;
    }

    /** Returns the answer of a port in a few words. */
    String answer(ProbedPort tried) {
        return switch (stateAtEnd(tried)) {
            case OPEN -> "answered after " + span(tried.answerTook());
            case CLOSED -> "refused after " + span(tried.answerTook());
            case FILTERED -> "silent";
            case PENDING -> bothDirections ? "no answer yet" : "no answer seen";
        };
    }

    /** Returns the published name of a port's state; null for a port that may still answer. */
    @Nullable
    String state(ProbedPort tried) {
        return switch (stateAtEnd(tried)) {
            case OPEN -> "answered";
            case CLOSED -> "refused";
            case FILTERED -> "silent";
            case PENDING -> null;
        };
    }

    private PortState stateAtEnd(ProbedPort tried) {
        return bothDirections ? tried.state(policies.get(0), end) : tried.state();
    }

    static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }

    private static String ordinal(int number) {
        String end = number % 100 / 10 == 1
                ? "th"
                : switch (number % 10) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
        return number + end;
    }

    /** Returns a length of time to about two digits. */
    static String span(long nanos) {
        double seconds = nanos / 1e9;
        if (seconds < 0.0001) {
            return String.format(Locale.ROOT, "%.3f ms", seconds * 1e3);
        }
        if (seconds < 0.01) {
            return String.format(Locale.ROOT, "%.1f ms", seconds * 1e3);
        }
        if (seconds < 0.1) {
            return String.format(Locale.ROOT, "%.0f ms", seconds * 1e3);
        }
        if (seconds < 120) {
            return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
        }
        return seconds < 7200
                ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
