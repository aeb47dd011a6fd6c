package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorPattern;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** How nft fails: its exit code says next to nothing. */
public final class NftErrors {
    private static final Set<Integer> ANY = Set.of(1, 2, 3);
    private static final String MISSING = "No such file or directory";
    private static final String OTHERWISE = ", or block with iptables instead";

    private static final List<ErrorPattern> COMMON = List.of(
            symptom(
                    "you must be root|Operation not permitted",
                    Kind.NOT_PERMITTED,
                    "may not read or change the firewall",
                    ErrorPattern.CAPABILITIES),
            symptom(
                    "Permission denied",
                    Kind.NOT_PERMITTED,
                    "is denied nf_tables by SELinux, or may not load its kernel module",
                    "modprobe nf_tables" + OTHERWISE),
            symptom(
                    "Unable to initialize Netlink|Protocol not supported|Address family not supported"
                            + "|cache initialization failed: Invalid argument",
                    Kind.UNAVAILABLE,
                    "finds no nf_tables in this kernel",
                    "modprobe nf_tables" + OTHERWISE),
            symptom(
                    "Too many open files in system",
                    Kind.FULL,
                    "finds no room for more bans",
                    "lift some, or make them shorter"),
            symptom(
                    "Cannot allocate memory|No buffer space available|Message too long",
                    Kind.FAILED,
                    "finds no memory in the kernel for so many bans",
                    "allow fewer bans at once, or raise the memory limit and net.core.wmem_max"),
            symptom(
                    "Device or resource busy",
                    Kind.FAILED,
                    "finds what it is to take away in use",
                    "see by which rules: nft list table " + NftTable.NAME),
            symptom(
                    "Resource temporarily unavailable|Interrupted system call",
                    Kind.FAILED,
                    "lost a race with another program that changes the firewall",
                    ErrorPattern.AGAIN),
            symptom(
                    "syntax error|unrecognized option|invalid option|unknown|too long",
                    Kind.UNAVAILABLE,
                    "doesn't understand what we told it",
                    "use nftables 0.9.8 or later" + OTHERWISE),
            symptom(
                    "Operation not supported|Not supported",
                    Kind.UNAVAILABLE,
                    "finds no support in this kernel for what we need",
                    "use Linux 5.4 or later" + OTHERWISE));

    /** Where it reads the table, or changes what is in it. */
    public static final List<ErrorPattern> ALL = with(symptom(
            MISSING,
            Kind.CHAIN_GONE,
            "finds the table " + NftTable.NAME + " gone, or part of it",
            "somebody took it away (nft flush ruleset?); it has to be put up again"));

    /** Where it makes the table: all that this needs is in the kernel, or is to be. */
    static final List<ErrorPattern> OF_DEFINITION = with(symptom(
            MISSING,
            Kind.UNAVAILABLE,
            "finds no support in this kernel for a match we need",
            "modprobe nft_ct nf_conntrack" + OTHERWISE));

    private NftErrors() {}

    private static List<ErrorPattern> with(ErrorPattern symptom) {
        return Stream.concat(COMMON.stream(), Stream.of(symptom)).toList();
    }

    private static ErrorPattern symptom(String text, Kind kind, String cause, String cure) {
        return new ErrorPattern(ANY, text, kind, cause, cure);
    }
}
