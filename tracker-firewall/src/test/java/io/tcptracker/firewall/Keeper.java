package io.tcptracker.firewall;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.HostFirewall.Protection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A process that keeps the firewall in the given way with bans of the given sources until its input ends. */
final class Keeper {
    private Keeper() {}

    public static void main(String[] arguments) throws IOException {
        List<Ban> bans = Stream.of(arguments)
                .skip(1)
                .map(source -> new Ban(Prefix.parse(source), Instant.now(), Duration.ofMinutes(10)))
                .toList();
        try {
            HostFirewall firewall = HostFirewall.open(BackendChoice.valueOf(arguments[0]), Protection.HOST);
            firewall.replace(bans, AllowList.of(List.of()), BansInForce.of(List.of()));
            System.out.println(firewall.description());
            System.in.transferTo(System.out);
            firewall.close();
        } catch (FirewallException e) {
            System.out.println(e.getMessage());
        }
    }
}
