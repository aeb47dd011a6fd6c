package io.tcptracker.firewall.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.Condition;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What earlier and later versions of nft than the one at hand say of the same table. */
class NftListingTest {
    private static final String EARLIER = """
            table inet tcptracker {
            	set allow4 {
            		type ipv4_addr
            		flags interval
            	}

            	set allow6 {
            		type ipv6_addr
            		flags interval
            	}

            	set ban4_32 {
            		type ipv4_addr
            		size 100000
            		flags timeout
            	}

            	set ban4_24 {
            		type ipv4_addr
            		size 100000
            		flags timeout
            	}

            	set ban6_128 {
            		type ipv6_addr
            		size 100000
            		flags timeout
            	}

            	set ban6_64 {
            		type ipv6_addr
            		size 100000
            		flags timeout
            	}

            	chain generation {
            		return comment "f00"
            	}

            	chain bans {
            		ip saddr @allow4 return
            		ip6 saddr @allow6 return
            		ip saddr @ban4_32 drop
            		ip saddr & 255.255.255.0 == @ban4_24 drop
            		ip6 saddr @ban6_128 drop
            		ip6 saddr & ffff:ffff:ffff:ffff:: == @ban6_64 drop
            	}

            	chain input {
            		type filter hook input priority -5; policy accept;
            		ct state invalid,new jump bans
            	}
            }
            """;

    @Test
    void readsTheOutputOfEveryVersion() {
        String later = EARLIER.replace("size 100000", "size 100000\t# count 17")
                .replace("priority -5", "priority filter - 5")
                .replace("== @", "@");
        for (String text : new String[] {EARLIER, later}) {
            NftListing listing = NftListing.parse(text);
            assertEquals("f00", listing.generation());
            NftTable table = new NftTable(false, new TreeSet<>(listing.sets()), 100_000, "f00");
            assertEquals(Condition.INTACT, listing.compare(table));
        }
    }
}
