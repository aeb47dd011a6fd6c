package io.tcptracker.firewall.iptables;

import io.tcptracker.firewall.process.ErrorTable;

/** The failures of iptables, in both its variants. */
final class IptablesErrors {
    private static final String USE_NFT =
            "use the nf_tables variant: update-alternatives --set iptables /usr/sbin/iptables-nft (ip6tables alike)";
    private static final String USE_LEGACY =
            "use the legacy variant: update-alternatives --set iptables /usr/sbin/iptables-legacy (ip6tables alike)";

    // For a chain that isn't there the nf_tables variant says that the chain is incompatible.
    static final ErrorTable TABLE =
            ErrorTable.parse("""
            3,4 NOT_PERMITTED you must be root|rule set generation id: (Permission denied|Operation not permitted)
                is not permitted to read or change the firewall
                $root
            1 NOT_PERMITTED Can't open socket to ipset
                lacks CAP_NET_RAW, which a rule that matches a set needs
                $root
            4 NOT_PERMITTED can't open lock file .*: Permission denied
                is not permitted to open the lock file of the legacy variant, which belongs to root
                $root; without root also $nft
            4 UNAVAILABLE can't open lock file
                can't make its lock file
                make the directory of that file writable, or $nft
            3 NOT_PERMITTED can't initialize ip6?tables table .*: Permission denied
                is denied the table by SELinux, or is not permitted to load its kernel module
                modprobe iptable_filter ip6table_filter, or $nft
            1 NOT_PERMITTED Failed to initialize nft: Permission denied
                is denied nf_tables by SELinux, or is not permitted to load its kernel module
                modprobe nf_tables, or $legacy
            1,3 UNAVAILABLE Address family not supported by protocol
                finds no support for its addresses in this kernel
                boot with ipv6.disable=0
            3 UNAVAILABLE do you need to insmod\\?|table .* does not exist
                finds no table 'filter' in this kernel
                modprobe iptable_filter ip6table_filter, or $nft
            1,3,4 UNAVAILABLE Could not fetch rule set generation id|Failed to initialize nft|Unable to initialize Netlink
                finds no nf_tables in this kernel
                modprobe nf_tables, or $legacy
            1,4 UNAVAILABLE chain .(INPUT|FORWARD)' .* is incompatible|: table .filter' is incompatible|CHAIN_ADD failed \\(Operation not supported
                finds native nft rules in its table 'filter'
                give the table of those rules another name; see nft list table ip filter (ip6 filter alike)
            4 FAILED holding the xtables lock
                timed out waiting for the lock that another program holds
                find that program: fuser -v /run/xtables.lock
            4 FAILED Resource temporarily unavailable
                lost a race with another program that changes the firewall
                try again; if the race comes back, give all these programs the same /run/xtables.lock
            1,4 UNAVAILABLE missing kernel module|RULE_\\w+ failed \\(No such file or directory\\)
                finds no support in this kernel for a match that tcptracker needs
                modprobe xt_conntrack xt_comment xt_set
            2 UNAVAILABLE Couldn't load match
                lacks one of its extensions
                install the whole package: apt install iptables / dnf install iptables
            1,4 FAILED Too many links|Directory not empty|CHAIN_DEL failed \\(Device or resource busy\\)
                finds the chain in use
                find the rules that use it: iptables-save | grep tcptracker
            1,2 CHAIN_GONE No chain/target/match by that name|Couldn't load target .tcptracker'|Chain .tcptracker. does not exist|chain .(tcptracker|DOCKER-USER)' in table .* is incompatible
                finds no chain tcptracker
                $removed
            1,2,4 FAILED Bad rule \\(does a matching rule exist
                finds that another program changed the firewall meanwhile
                try again
            1,4 FAILED Memory allocation problem|No buffer space available
                finds no memory in the kernel for so many rules
                allow fewer bans at once, or raise the memory limit
            2 CHAIN_GONE Set \\S+ doesn't exist
                finds no set of ours
                $removed
            2 FAILED not found|unknown option|too long
                does not understand a command of tcptracker
                use iptables 1.6.2 or later
            1,2 FAILED line \\d+ failed|Error occurred at line: \\d+
                rejected a change as a whole
                try again""".replace("$nft", USE_NFT).replace("$legacy", USE_LEGACY));

    private IptablesErrors() {}
}
