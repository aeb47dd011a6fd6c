package io.tcptracker.firewall;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * Either end of a TCP connection. Without arguments it prints the port it listens on, and echoes what callers say. With
 * a source, an address and a port it says whether it could connect, then sends its input and prints what comes back.
 */
final class Talk {
    /** A connection on a wire without loss takes less than a millisecond; a dropped SYN is sent again after a second. */
    static final int CONNECT_MILLIS = 300;

    private static final int READ_MILLIS = 10_000;

    private Talk() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            listen();
        } else {
            call(arguments[0], new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])));
        }
    }

    private static void listen() throws IOException {
        try (ServerSocket server = new ServerSocket(0)) {
            System.out.println(server.getLocalPort());
            while (true) {
                Socket caller = server.accept();
                new Thread(() -> echo(caller)).start();
            }
        }
    }

    private static void echo(Socket caller) {
        try (caller) {
            caller.getInputStream().transferTo(caller.getOutputStream());
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static void call(String source, InetSocketAddress target) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
            socket.setSoTimeout(READ_MILLIS);
            socket.connect(target, CONNECT_MILLIS);
            System.out.println("connected");
            BufferedReader in = reader(System.in);
            BufferedReader back = reader(socket.getInputStream());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                System.out.println(back.readLine());
            }
        } catch (SocketTimeoutException e) {
            System.out.println("no answer");
        }
    }

    private static BufferedReader reader(InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }
}
