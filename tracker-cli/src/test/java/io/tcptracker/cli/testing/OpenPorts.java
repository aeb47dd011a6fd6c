package io.tcptracker.cli.testing;

/** Ports of the host that accept connections. */
public final class OpenPorts {
    private OpenPorts() {}

    /** Opens them until the hosts are gone. */
    public static void listen(Hosts hosts, int first, int last) {
        Process listener = hosts.startOnHost(
                "python3",
                "-c",
                "import signal, socket\n"
                        + "open = [socket.create_server(('', port)) for port in range(" + first + ", " + (last + 1)
                        + ")]\n"
                        + "print('listening', flush=True)\n"
                        + "signal.pause()");
        new Lines("listener", listener.getInputStream()).await("listening");
    }
}
