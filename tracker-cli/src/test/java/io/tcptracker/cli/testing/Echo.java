package io.tcptracker.cli.testing;

import io.tcptracker.testing.Shell.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A server on the host that sends back what it gets, to tell who still reaches the host. */
public final class Echo {
    public static final int PORT = 7000;

    private static final String SERVER = """
            import socket, sys, _thread
            server = socket.create_server(("", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
            print("listening", flush=True)
            def echo(connection):
                while data := connection.recv(4096):
                    connection.sendall(data)
            while True:
                _thread.start_new_thread(echo, (server.accept()[0],))
            """;
    private static final String CLIENT = """
            import socket, sys
            source, destination, port = sys.argv[1:]
            try:
                connection = socket.create_connection((destination, int(port)), 1.5, (source, 0))
            except TimeoutError:
                print("timed out")
                sys.exit()
            print("connected", flush=True)
            for line in sys.stdin.buffer:
                connection.sendall(line)
                sys.stdout.buffer.write(connection.recv(4096))
                sys.stdout.flush()
            """;

    private final Hosts hosts;
    private final String port;

    public Echo(Hosts hosts) {
        this(hosts, PORT);
    }

    public Echo(Hosts hosts, int port) {
        this.hosts = hosts;
        this.port = String.valueOf(port);
        Process server = hosts.startOnHost("python3", "-c", SERVER, this.port);
        new Lines("echo server", server.getInputStream()).await("listening");
    }

    /** What comes of connecting from one address to another: connected, or timed out. */
    public String connect(String source, String destination) {
        Result result = hosts.onPeer("python3", "-c", CLIENT, source, destination, port);
        return (result.out() + result.err()).strip();
    }

    /** A connection that stays. */
    public Conversation converse(String source, String destination) {
        Process client = hosts.startOnPeer("python3", "-c", CLIENT, source, destination, port);
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
