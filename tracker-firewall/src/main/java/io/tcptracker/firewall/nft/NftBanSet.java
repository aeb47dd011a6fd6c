package io.tcptracker.firewall.nft;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The set of the banned prefixes of one family and length. A set of intervals could hold all lengths, but no prefix in it may
 * lie within another. Besides, the kernel finds an address faster in a set without intervals, in the same time at any size.
 * Immutable.
 */
record NftBanSet(boolean v4, int length) implements Comparable<NftBanSet> {
    private static final Pattern NAME = Pattern.compile("ban([46])_(\\d{1,3})");
    /** The order of the rules: the set with the most bans comes first. */
    private static final Comparator<NftBanSet> ORDER = Comparator.comparing((NftBanSet set) -> !set.v4)
            .thenComparing(Comparator.comparingInt(NftBanSet::length).reversed());

    static NftBanSet of(Prefix prefix) {
        return new NftBanSet(prefix.address().isV4(), prefix.length());
    }

    /** Returns the set of this name; empty if it isn't the name of such a set. */
    static Optional<NftBanSet> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        NftBanSet set = new NftBanSet(matcher.group(1).equals("4"), Integer.parseInt(matcher.group(2)));
        return Optional.of(set).filter(each -> each.length <= each.bits());
    }

    String name() {
        return "ban" + (v4 ? 4 : 6) + "_" + length;
    }

    String type() {
        return v4 ? "ipv4_addr" : "ipv6_addr";
    }

    String rule() {
        String field = v4 ? "ip saddr" : "ip6 saddr";
        return field + (length == bits() ? " @" : " & " + mask() + " @") + name() + " drop";
    }

    private IpAddress mask() {
        byte[] mask = new byte[bits() / Byte.SIZE];
        for (int i = 0; i < length; i++) {
            mask[i / Byte.SIZE] |= (byte) (0x80 >> i % Byte.SIZE);
        }
        return IpAddress.of(mask);
    }

    private int bits() {
        return v4 ? 32 : 128;
    }

    @Override
    public int compareTo(NftBanSet other) {
        return ORDER.compare(this, other);
    }
}
