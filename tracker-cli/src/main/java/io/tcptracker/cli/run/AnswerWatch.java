package io.tcptracker.cli.run;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once if packets come and none of them is an answer: what goes by answers finds little then. Not threadsafe. */
final class AnswerWatch {
    private static final Logger log = LoggerFactory.getLogger(AnswerWatch.class);

    /** Of so many packets some are answers, wherever both directions pass. */
    private static final int ENOUGH = 1_000;

    private final LongSupplier packets;
    private final LongSupplier answers;
    private boolean said;

    AnswerWatch(LongSupplier packets, LongSupplier answers) {
        this.packets = packets;
        this.answers = answers;
    }

    void check() {
        if (!said && packets.getAsLong() >= ENOUGH && answers.getAsLong() == 0) {
            said = true;
            log.warn(
                    "only one direction seems to pass the device, no connection was answered yet: until one is, no port"
                            + " counts as silent (--unanswered)");
        }
    }
}
