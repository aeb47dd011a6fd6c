package io.tcptracker.firewall.backend;

import io.tcptracker.core.net.Prefix;
import java.util.Collection;
import java.util.List;

/** One of the two address families, which the kernel keeps tables and sets of its own for. */
public enum AddressFamily {
    V4("iptables", "inet", "4", "0.0.0.0/0"),
    V6("ip6tables", "inet6", "6", "::/0");

    private final String tool;
    private final String inSets;
    private final String suffix;
    private final String everyone;

    AddressFamily(String tool, String inSets, String suffix, String everyone) {
        this.tool = tool;
        this.inSets = inSets;
        this.suffix = suffix;
        this.everyone = everyone;
    }

    /** The program that keeps its tables. */
    public String tool() {
        return tool;
    }

    /** What ipset calls it. */
    public String inSets() {
        return inSets;
    }

    /** The set of the banned. */
    public String bans() {
        return Backend.NAME + suffix;
    }

    /** The set of those that are exempt. */
    public String allowed() {
        return Backend.NAME + "-allow" + suffix;
    }

    public Prefix everyone() {
        return Prefix.parse(everyone);
    }

    public boolean has(Prefix prefix) {
        return prefix.address().isV4() == (this == V4);
    }

    List<Prefix> of(Collection<Prefix> prefixes) {
        return prefixes.stream().filter(this::has).distinct().toList();
    }
}
