package io.tcptracker.cli.testing;

import io.tcptracker.testing.Shell.Result;
import io.tcptracker.testing.Talk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A server on the host that sends back what it gets, to tell who still reaches the host. */
public final class Echo {
    public static final int PORT = 7000;

    private final Hosts hosts;
    private final String port;

    public Echo(Hosts hosts) {
        this(hosts, PORT);
    }

    public Echo(Hosts hosts, int port) {
        this.hosts = hosts;
        this.port = String.valueOf(port);
        Process server = hosts.startOnHost(Talk.server(port));
        new Lines("echo server", server.getInputStream()).await("^" + port + "$");
    }

    /** What comes of connecting from one address to another: connected, or timed out. */
    public String connect(String source, String destination) {
        Result result = hosts.onPeer(Talk.client(port, source, destination));
        return (result.out() + result.err()).strip();
    }

    /** A connection that stays. */
    public Conversation converse(String source, String destination) {
        Process client = hosts.startOnPeer(Talk.client(port, source, destination));
        Lines answers = new Lines("echo client", client.getInputStream());
        answers.await("connected");
        return words -> {
            try {
                client.getOutputStream().write((words + "\n").getBytes(StandardCharsets.UTF_8));
                client.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return answers.await(words);
        };
    }

    /** An established connection. */
    public interface Conversation {
        /** Says something, and waits for it to come back. */
        String say(String words);
    }
}
