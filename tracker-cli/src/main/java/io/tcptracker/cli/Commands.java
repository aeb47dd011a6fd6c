package io.tcptracker.cli;

import io.tcptracker.cli.run.RunCommand;
import io.tcptracker.cli.run.Termination;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the commands, and gives the one that runs on the means to end. */
final class Commands implements IFactory {
    private final Termination termination;

    Commands(Termination termination) {
        this.termination = termination;
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        return type == RunCommand.class
                ? type.cast(new RunCommand(termination))
                : CommandLine.defaultFactory().create(type);
    }
}
