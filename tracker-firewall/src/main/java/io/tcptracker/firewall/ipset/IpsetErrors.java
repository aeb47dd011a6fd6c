package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.process.ErrorTable;
import java.util.regex.Pattern;

/** The failures of ipset. Its exit code is always the same, and an ipset that is kept running has none. */
final class IpsetErrors {
    private static final String IN_USE = "in use by a kernel component|in use by another system";
    private static final String OTHER_TYPE = "type does not match";
    private static final Pattern IS_IN_USE = Pattern.compile(IN_USE);
    private static final Pattern IS_OTHER_TYPE = Pattern.compile(OTHER_TYPE);

    static final ErrorTable TABLE =
            ErrorTable.parse("""
            * NOT_PERMITTED Operation not permitted|you must be root
                is not permitted to read or change sets
                $root
            * UNAVAILABLE Cannot open session to kernel|set type not supported|Protocol not supported
                finds no sets in this kernel
                modprobe ip_set ip_set_hash_net xt_set, or block with plain rules
            * UNAVAILABLE incompatib|typename .* is unknown|Unknown argument|Syntax error|Missing mandatory
                is not compatible with this kernel or with tcptracker
                use ipset 6.20 or later, and a kernel of its age; or block with plain rules
            * FULL Hash is full
                finds the set full
                lift bans, or make them shorter
            * CHAIN_GONE given name does not exist
                finds no set of ours
                $removed
            * CHAIN_GONE (Timeout|Comment) cannot be used
                finds a set with other options in the place of ours
                another program put it there; a running tracker puts ours back
            * FAILED $in_use
                finds a set in use
                find the rules that use it: iptables-save | grep match-set (ip6tables-save alike)
            * FAILED same name already exists|$other_type
                finds a set of another type under the name of ours
                see the set with ipset list -t, and rename or destroy it
            * FAILED Cannot allocate memory|No buffer space available
                finds no memory in the kernel for so many bans
                allow fewer bans at once, or raise the memory limit""".replace("$in_use", IN_USE).replace("$other_type", OTHER_TYPE));

    private IpsetErrors() {}

    /** Returns whether a set can't be destroyed for now, because rules refer to it. */
    static boolean isInUse(FirewallException failure) {
        return IS_IN_USE.matcher(failure.toolOutput()).find();
    }

    /** Returns whether two sets can't change places. */
    static boolean isOtherType(FirewallException failure) {
        return IS_OTHER_TYPE.matcher(failure.toolOutput()).find();
    }
}
