package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.process.PipedProgram;
import io.tcptracker.firewall.process.PipedProgram.Broken;
import io.tcptracker.firewall.process.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An interactive nft that is kept running. Each line is followed by a word that it doesn't know: the errors before the error
 * about the word are about the line.
 *
 * <p>Confined to one thread at a time.
 */
final class NftSession {
    /** The outcome of a line. */
    enum Outcome {
        DONE,
        /** Nothing was changed; the reason is better asked for by other means, as it comes in parts here. */
        REFUSED,
        /** The nft ended, maybe before it did anything. */
        ENDED,
        /** The nft did not answer in time, and was killed. */
        HUNG
    }

    /** The most lines for one nft. It remembers each line, so it is not kept for ever. */
    private static final int MOST_LINES = 10_000;

    /** Points at what is wrong with the line before. */
    private static final String POINTER = "[ ^~]*";

    private final PipedProgram conversation;
    private final Duration deadline;
    /** The number of lines of the error about the word. */
    private int usual;

    private int complaints;

    private int lines;

    private NftSession(PipedProgram conversation, Duration deadline) {
        this.conversation = conversation;
        this.deadline = deadline;
    }

    /** Starts an nft; empty if this version can't be used that way. */
    static Optional<NftSession> start(Programs runner, Path nft) throws FirewallException {
        NftSession session = new NftSession(runner.startPiped(nft, List.of("-i")), runner.deadline());
        // To this it has nothing to say but to complain of the word.
        Outcome first = session.submit("");
        if (first == Outcome.DONE || first == Outcome.REFUSED) {
            session.usual = session.complaints;
            return Optional.of(session);
        }
        return Optional.empty();
    }

    /** Has it do one line. */
    Outcome submit(String line) {
        lines++;
        String word = "ack" + lines;
        conversation.send(line + "\n" + word + "\n");
        try {
            return await(word);
        } catch (Broken e) {
            end();
            return e.hung() ? Outcome.HUNG : Outcome.ENDED;
        }
    }

    private Outcome await(String word) throws Broken {
        long until = System.nanoTime() + deadline.toNanos();
        complaints = 0;
        while (true) {
            String line = conversation.nextError(until);
            if (line.equals(word)) {
                return complaints == usual ? Outcome.DONE : Outcome.REFUSED;
            }
            if (!line.matches(POINTER)) {
                complaints++;
            }
        }
    }

    boolean usable() {
        return conversation.isAlive() && lines < MOST_LINES;
    }

    /** Changes nothing: it did all that it was told before. */
    void end() {
        conversation.close();
    }
}
