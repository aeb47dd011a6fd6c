package io.tcptracker.cli.replay;

import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.review.PortAnswers;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why what a source did was a scan or wasn't, in plain words.
 *
 * @param bothDirections whether any answers were seen at all
 * @param end when the capture ended, in nanoseconds
 */
record VerdictExplanation(List<ScanPolicy> policies, boolean bothDirections, long end) {
    private static final int RECOMMENDED = 2;

    /** By one of the rules. */
    record Reason(ScanPolicy policy, boolean scan, String why) {}

    /** That by each of the rules that are about a source and a destination. */
    List<Reason> of(PairTimeline story) {
        List<Reason> reasons = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            NearestMiss closest = story.closest(i);
            int rule = i;
            if (closest != null) {
                ScanPolicy policy = policies.get(i);
                reasons.add(story.verdicts().stream()
                        .filter(each -> each.rule() == rule)
                        .findFirst()
                        .map(each -> new Reason(policy, true, scan(story, each.scan(), policy, closest)))
                        .orElseGet(() ->
                                new Reason(policy, false, "no " + noun(policy) + ": " + why(story, policy, closest))));
            }
        }
        return reasons;
    }

    private static String noun(ScanPolicy policy) {
        return policy.rule() == Rule.SLOW ? "slow scan" : "scan";
    }

    private static String limit(ScanPolicy policy) {
        return policy.rule() == Rule.VERTICAL ? "--ports " + policy.ports() : ScanFormat.rule(policy);
    }

    private static String window(ScanPolicy policy) {
        return "within " + ScanFormat.duration(policy.window()).replaceFirst("([a-z])", " $1");
    }

    private String scan(PairTimeline story, Scan scan, ScanPolicy policy, NearestMiss closest) {
        int ports = scan.ports().size();
        String when = policy.unanswered() == 0
                ? "at the " + ordinal(ports) + " port"
                : "with " + ports + " ports, " + policy.unanswered() + " or more unanswered (--unanswered "
                        + policy.unanswered() + ")";
        return "a " + noun(policy) + " " + when + ", " + span(after(story, scan, policy)) + " after its first: "
                + ScanFormat.list(scan.ports()).replace(",", ", ") + outcome(story, scan)
                + spared(story, policy, closest);
    }

    /** How long after the first of its ports, of which a detector knows only when it was tried again. */
    private static long after(PairTimeline story, Scan scan, ScanPolicy policy) {
        Instant earliest = scan.detectedAt().minus(policy.window());
        Instant first = story.trials().stream()
                .filter(each -> scan.ports().contains(each.port()))
                .map(each -> instant(each.time()))
                .filter(each -> !each.isBefore(earliest))
                .min(Comparator.naturalOrder())
                .orElse(scan.evidence().first());
        return Duration.between(first, scan.detectedAt()).toNanos();
    }

    /** What came of its ports by the end, which is more than was known at the verdict. */
    private String outcome(PairTimeline story, Scan scan) {
        int answered = 0;
        int refused = 0;
        int silent = 0;
        for (int port : scan.ports()) {
            ProbedPort trial = story.latest(port);
            if (trial != null) {
                answered += trial.state() == PortAnswers.ANSWERED ? 1 : 0;
                refused += trial.state() == PortAnswers.REFUSED ? 1 : 0;
                silent += isSilent(trial, policies.get(0)) ? 1 : 0;
            }
        }
        if (answered == scan.ports().size()) {
            return "; all of them answered";
        }
        List<String> parts = new ArrayList<>();
        add(parts, refused, "refused");
        add(parts, silent, "silent");
        return parts.isEmpty() ? "" : "; " + String.join(", ", parts);
    }

    private static void add(List<String> parts, int count, String what) {
        if (count > 0) {
            parts.add(parts.isEmpty() ? count + " of them " + what : count + " " + what);
        }
    }

    private String spared(PairTimeline story, ScanPolicy policy, NearestMiss closest) {
        return policy.unanswered() == 0
                        && story.probes() == 0
                        && bothDirections
                        && closest.unanswered() < RECOMMENDED
                        && !closest.isFull()
                ? ". With --unanswered " + RECOMMENDED + " it would be none"
                : "";
    }

    private String why(PairTimeline story, ScanPolicy policy, NearestMiss closest) {
        if (closest.ports() == 0) {
            return "without a SYN a port counts with --unanswered only";
        }
        String when = ", at " + instant(closest.at());
        if (closest.ports() <= policy.ports()) {
            String probes = story.probes() > 0 && policy.unanswered() == 0
                    ? "; without a SYN it counts with --unanswered only"
                    : "";
            return "at most " + ScanFormat.count(closest.ports(), "distinct port") + " " + window(policy) + " ("
                    + limit(policy) + ")" + probes + when;
        }
        String many = (closest.isFull() ? "at least " : "") + closest.ports() + " ports " + window(policy);
        if (!bothDirections) {
            return many + ", but the capture shows no answers at all, so none counts as silent (--unanswered "
                    + policy.unanswered() + ")" + when;
        }
        if (closest.unanswered() < policy.unanswered()) {
            return many + ", but " + (closest.unanswered() == 0 ? "none" : "only " + closest.unanswered())
                    + " unanswered (--unanswered " + policy.unanswered() + ")" + when;
        }
        return many + ", but some were forgotten before (a larger --memory helps), or came out of order" + when;
    }

    /** What was answered, in a word or a few. */
    String answer(ProbedPort trial) {
        return switch (trial.state()) {
            case PortAnswers.ANSWERED -> "answered after " + span(trial.answerTook());
            case PortAnswers.REFUSED -> "refused after " + span(trial.answerTook());
            default ->
                isSilent(trial, policies.get(0)) ? "silent" : bothDirections ? "no answer yet" : "no answer seen";
        };
    }

    /** The same in a word. */
    @Nullable
    String state(ProbedPort trial) {
        return switch (trial.state()) {
            case PortAnswers.ANSWERED -> "answered";
            case PortAnswers.REFUSED -> "refused";
            default -> isSilent(trial, policies.get(0)) ? "silent" : null;
        };
    }

    private boolean isSilent(ProbedPort trial, ScanPolicy policy) {
        return trial.state() == PortAnswers.PENDING
                && bothDirections
                && (end == Long.MAX_VALUE
                        || end - trial.last() > policy.answerTimeout().toNanos());
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

    /** A length of time, to two digits or so. */
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
