package io.tcptracker.firewall;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A process that tries whether sources get through. For each line of input, an address of either family, a port and the
 * sources, it prints those that could connect.
 */
final class Probe {
    private Probe() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            // All at once, as a dropped attempt takes its time to fail.
            List<CompletableFuture<String>> outcomes = Stream.of(words)
                    .skip(3)
                    .map(source -> CompletableFuture.supplyAsync(
                            () -> call(source, words[source.contains(":") ? 1 : 0], Integer.parseInt(words[2])),
                            task -> new Thread(task).start()))
                    .toList();
            System.out.println(String.join(
                    " ",
                    outcomes.stream()
                            .map(CompletableFuture::join)
                            .filter(outcome -> !outcome.isEmpty())
                            .toList()));
        }
    }

    private static String call(String source, String host, int port) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(source), 0));
            socket.connect(new InetSocketAddress(host, port), Talk.CONNECT_MILLIS);
            return source;
        } catch (SocketTimeoutException e) {
            return "";
        } catch (IOException e) {
            return source + ":" + e;
        }
    }
}
