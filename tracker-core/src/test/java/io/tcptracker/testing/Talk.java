package io.tcptracker.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ends of TCP connections, as commands for any host of a {@link Network}. They are written in Python, which starts in a
 * fraction of the time that a JVM needs.
 */
public final class Talk {
    /** A connection on a wire without loss takes less than a millisecond; a dropped SYN is sent again after a second. */
    private static final String CONNECT_SECONDS = "0.3";

    private static final String SERVER = """
            import socket, sys, _thread
            server = socket.create_server(("", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
            print(server.getsockname()[1], flush=True)
            def echo(connection):
                while data := connection.recv(4096):
                    connection.sendall(data)
            while True:
                _thread.start_new_thread(echo, (server.accept()[0],))
            """;

    private static final String CLIENT = """
            import socket, sys
            patience, port, source, destination = sys.argv[1:]
            try:
                connection = socket.create_connection((destination, int(port)), float(patience), (source, 0))
            except TimeoutError:
                print("timed out")
                sys.exit()
            print("connected", flush=True)
            connection.settimeout(10)
            for line in sys.stdin.buffer:
                connection.sendall(line)
                sys.stdout.buffer.write(connection.recv(4096))
                sys.stdout.flush()
            """;

    // All at once, as a dropped attempt takes its time to fail.
    private static final String PROBE = """
            import os, select, socket, sys, time
            patience, port, host, host6 = sys.argv[1:5]
            attempts = {}
            for source in sys.argv[5:]:
                attempt = socket.socket(socket.AF_INET6 if ":" in source else socket.AF_INET)
                attempt.bind((source, 0))
                attempt.setblocking(False)
                attempt.connect_ex((host6 if ":" in source else host, int(port)))
                attempts[attempt] = source
            outcomes = {}
            end = time.monotonic() + float(patience)
            while waiting := [attempt for attempt, source in attempts.items() if source not in outcomes]:
                done = select.select([], waiting, [], max(0, end - time.monotonic()))[1]
                if not done:
                    break
                for attempt in done:
                    error = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    outcomes[attempts[attempt]] = ":" + os.strerror(error) if error else ""
            for source in attempts.values():
                if source in outcomes:
                    print(source + outcomes[source])
            """;

    private Talk() {}

    /** Returns a server for both families that sends back what it receives; first it prints its port. Port 0 means any. */
    public static String[] server(int port) {
        return python(SERVER, Integer.toString(port));
    }

    /**
     * Returns a client that prints {@code connected} or {@code timed out}. Once it is connected, it sends each line of its input,
     * and prints what comes back.
     */
    public static String[] client(String port, String source, String destination) {
        return python(CLIENT, CONNECT_SECONDS, port, source, destination);
    }

    /** Returns a program that prints each source that can connect to the host, in this order, with the address of its family. */
    public static String[] probe(String port, String host, String host6, List<String> sources) {
        return python(
                PROBE,
                Stream.concat(Stream.of(CONNECT_SECONDS, port, host, host6), sources.stream())
                        .toArray(String[]::new));
    }

    private static String[] python(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3", "-I", "-S", "-c", program));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }
}
