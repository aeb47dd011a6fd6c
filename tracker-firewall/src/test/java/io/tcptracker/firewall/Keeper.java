package io.tcptracker.firewall;

import io.tcptracker.core.AllowList;
import io.tcptracker.core.Ban;
import io.tcptracker.core.Firewall.FirewallException;
import io.tcptracker.core.Prefix;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A process that keeps the firewall with bans of the sources it is given until its input ends. */
final class Keeper {
    private Keeper() {}

    public static void main(String[] sources) throws IOException {
        List<Ban> bans = Stream.of(sources)
                .map(source -> new Ban(Prefix.parse(source), Instant.now(), Duration.ofMinutes(10)))
                .toList();
        try {
            HostFirewall firewall = HostFirewall.open(Variant.AUTO, Protection.HOST);
            firewall.replace(bans, AllowList.of(List.of()));
            System.out.println(firewall.description());
            System.in.transferTo(System.out);
            firewall.close();
        } catch (FirewallException e) {
            System.out.println(e.getMessage());
        }
    }
}
