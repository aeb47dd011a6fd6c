package io.tcptracker.firewall.backend;

import io.tcptracker.core.net.Prefix;

/** An address family, for which the kernel keeps tables and sets of its own. */
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

    /** Returns the program that changes the tables of this family. */
    public String tool() {
        return tool;
    }

    /** Returns the name of this family in ipset. */
    public String inSets() {
        return inSets;
    }

    /** Returns the name of the set of banned sources. */
    public String bans() {
        return Backend.NAME + suffix;
    }

    /** Returns the name of the set of exempt prefixes. */
    public String allowed() {
        return Backend.NAME + "-allow" + suffix;
    }

    public Prefix everyone() {
        return Prefix.parse(everyone);
    }

    public boolean has(Prefix prefix) {
        return prefix.address().isV4() == (this == V4);
    }
}
