package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.process.ErrorMessages;
import io.tcptracker.firewall.process.PipedProgram;
import io.tcptracker.firewall.process.PipedProgram.Broken;
import io.tcptracker.firewall.process.Programs;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An {@code ipset} that is kept running. It is started when first needed, and again when it has ended or didn't answer in
 * time.
 *
 * <p>Confined to one thread at a time.
 */
final class IpsetPipe implements Closeable {
    /** An unknown type of set is what it complains of in our words, without asking the kernel. */
    private static final String ACKNOWLEDGE = "create " + Backend.NAME + " acknowledged";

    private static final int ROOM_FOR_IT = ACKNOWLEDGE.length() + 20;
    private final Programs runner;
    private final Path tool;
    private @Nullable PipedProgram conversation;
    private long acknowledged;

    IpsetPipe(Programs runner, Path tool) {
        this.runner = runner;
        this.tool = tool;
    }

    /**
     * Has it do these commands, all of which can be done twice, in a few batches.
     *
     * @return what it said of each in turn; empty for one that it did
     */
    List<String> tell(List<String> commands) throws FirewallException {
        try {
            return tellOnce(commands);
        } catch (Broken first) {
            close();
            try {
                return tellOnce(commands);
            } catch (Broken second) {
                close();
                throw new FirewallException(
                        Kind.FAILED,
                        ErrorMessages.name(tool) + " " + second.getMessage() + ", twice in a row",
                        "",
                        "check that it works: ipset list -t");
            }
        }
    }

    private List<String> tellOnce(List<String> commands) throws FirewallException, Broken {
        List<String> answers = new ArrayList<>();
        int first = 0;
        while (first < commands.size()) {
            int last = first + 1;
            int bytes = commands.get(first).length() + ROOM_FOR_IT;
            while (last < commands.size() && bytes + commands.get(last).length() < PipedProgram.LEAST_PIPE) {
                bytes += commands.get(last).length() + 1;
                last++;
            }
            answers.addAll(batch(commands.subList(first, last)));
            first = last;
        }
        return answers;
    }

    /** Sends the commands. An error doesn't name its command, so after one they are sent again one by one. */
    private List<String> batch(List<String> commands) throws FirewallException, Broken {
        String said = talk(commands);
        if (said.isEmpty() || commands.size() == 1) {
            return said.isEmpty() ? commands.stream().map(each -> "").toList() : List.of(said);
        }
        List<String> answers = new ArrayList<>();
        for (String command : commands) {
            answers.add(talk(List.of(command)));
        }
        return answers;
    }

    private String talk(List<String> commands) throws FirewallException, Broken {
        PipedProgram current = conversation();
        acknowledged++;
        String token = "acknowledged" + acknowledged + "'";
        current.send(String.join("\n", commands) + "\n" + ACKNOWLEDGE + acknowledged + "\n");
        // Both tries together take no longer than any other program may.
        long until = System.nanoTime() + runner.deadline().toNanos() / 2;
        StringBuilder said = new StringBuilder();
        while (true) {
            String line = current.nextError(until);
            if (line.contains(token)) {
                return said.toString();
            }
            // What it may say at its start of kernel and program being of different age is no failure.
            if (!line.contains("Warning:")) {
                said.append(line).append('\n');
            }
        }
    }

    private PipedProgram conversation() throws FirewallException {
        PipedProgram current = conversation;
        if (current == null) {
            current = runner.startPiped(tool, List.of("-"));
            conversation = current;
        }
        return current;
    }

    @Override
    public void close() {
        PipedProgram current = conversation;
        conversation = null;
        if (current != null) {
            current.close();
        }
    }
}
