package io.tcptracker.firewall.nft;

import io.tcptracker.firewall.process.ErrorTable;

/** The failures of nft. Its exit code tells next to nothing. */
final class NftErrors {
    private static final ErrorTable COMMON = ErrorTable.parse("""
            * NOT_PERMITTED you must be root|Operation not permitted
                is not permitted to read or change the firewall
                $root
            * NOT_PERMITTED Permission denied
                is denied nf_tables by SELinux, or is not permitted to load its kernel module
                modprobe nf_tables, or block with iptables instead
            * UNAVAILABLE Unable to initialize Netlink|Protocol not supported|Address family not supported|cache initialization failed: Invalid argument
                finds no nf_tables in this kernel
                modprobe nf_tables, or block with iptables instead
            * FULL Too many open files in system
                finds no room for more bans
                lift some, or make them shorter
            * FAILED Cannot allocate memory|No buffer space available|Message too long
                finds no memory in the kernel for so many bans
                allow fewer bans at once, or raise the memory limit and net.core.wmem_max
            * FAILED Device or resource busy
                finds what it is to remove in use
                find the rules that use it: nft list table inet tcptracker
            * FAILED Resource temporarily unavailable|Interrupted system call
                lost a race with another program that changes the firewall
                try again
            * UNAVAILABLE syntax error|unrecognized option|invalid option|unknown|too long
                does not understand a command of tcptracker
                use nftables 0.9.8 or later, or block with iptables instead
            * UNAVAILABLE Operation not supported|Not supported
                finds no support in this kernel for a feature that tcptracker needs
                use Linux 5.4 or later, or block with iptables instead""");

    /** The failures of reading the table, or of changing its content. */
    static final ErrorTable TABLE = COMMON.and(ErrorTable.parse("""
            * CHAIN_GONE No such file or directory
                finds no table inet tcptracker, or not all of it
                $removed"""));

    /** The failures of making the table. All that this needs is in the kernel, or should be. */
    static final ErrorTable OF_DEFINITION = COMMON.and(ErrorTable.parse("""
            * UNAVAILABLE No such file or directory
                finds no support in this kernel for a match that tcptracker needs
                modprobe nft_ct nf_conntrack, or block with iptables instead"""));

    private NftErrors() {}
}
