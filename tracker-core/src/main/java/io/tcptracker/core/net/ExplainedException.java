package io.tcptracker.core.net;

import java.io.IOException;

/**
 * A failure of input or output that carries its explanation as data. The message is made of the three parts: what failed
 * (detail): what to do. A program can show the message, or word the cure for its own users.
 */
public class ExplainedException extends IOException {
    private static final long serialVersionUID = 1;

    private final String failure;
    private final String toolOutput;
    private final String cure;

    /** Creates a failure without a cause. */
    protected ExplainedException(String failure, String toolOutput, String cure) {
        super(failure + (toolOutput.isEmpty() ? "" : " (" + toolOutput + ")") + (cure.isEmpty() ? "" : ": " + cure));
        this.failure = failure;
        this.toolOutput = toolOutput;
        this.cure = cure;
    }

    /** Returns what failed and why, as a sentence without a full stop. */
    public String failure() {
        return failure;
    }

    /** Returns the words of the program, library or kernel that failed, in one line; empty if there are none. */
    public String toolOutput() {
        return toolOutput;
    }

    /** Returns what to do, in a sentence that is right for any program with these jars; empty if nothing helps. */
    public String cure() {
        return cure;
    }
}
