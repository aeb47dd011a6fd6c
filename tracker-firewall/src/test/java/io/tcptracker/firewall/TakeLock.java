package io.tcptracker.firewall;

import io.tcptracker.core.ban.Firewall.FirewallException;
import java.io.IOException;
import java.nio.file.Path;

/** A process that takes the lock, and keeps it until it is killed. */
final class TakeLock {
    private TakeLock() {}

    public static void main(String[] arguments) throws IOException {
        try {
            NamespaceLock lock = NamespaceLock.take(Path.of(arguments[0]));
            System.out.println("taken");
            System.in.transferTo(System.out);
            lock.close();
        } catch (FirewallException e) {
            System.out.println(e.getMessage());
        }
    }
}
