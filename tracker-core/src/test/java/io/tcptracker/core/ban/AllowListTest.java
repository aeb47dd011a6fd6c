package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowListTest {
    private static final AllowList EMPTY = AllowList.of(List.of());

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,        127.0.0.0/8",
        "127.255.255.255,  127.0.0.0/8",
        "0.0.0.0,          0.0.0.0/8",
        "224.0.0.1,        224.0.0.0/4",
        "239.255.255.255,  224.0.0.0/4",
        "255.255.255.255,  255.255.255.255",
        "::,               ::",
        "::1,              ::1",
        "ff02::1,          ff00::/8",
        "fe80::1,          fe80::/10",
        "febf::1,          fe80::/10",
    })
    void specialAndLinkLocalAddressesAreAlwaysCovered(String address, String prefix) {
        assertEquals(Optional.of(Prefix.parse(prefix)), EMPTY.covering(IpAddress.parse(address)), address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "192.168.0.1",
                "223.255.255.255",
                "240.0.0.1",
                "255.255.255.254",
                "::2",
                "2001:db8::1",
                "fc00::1",
                "fec0::1",
                "feff::1"
            })
    void otherHostsAreNotCovered(String address) {
        assertEquals(Optional.empty(), EMPTY.covering(IpAddress.parse(address)), address);
    }

    @Test
    void givenPrefixesAreCoveredBesides() {
        AllowList list = AllowList.of(List.of(Prefix.parse("192.0.2.0/24"), Prefix.parse("2001:db8::5")));
        assertEquals(Optional.of(Prefix.parse("192.0.2.0/24")), list.covering(IpAddress.parse("192.0.2.200")));
        assertEquals(Optional.of(Prefix.parse("2001:db8::5")), list.covering(IpAddress.parse("2001:db8::5")));
        assertEquals(Optional.empty(), list.covering(IpAddress.parse("192.0.3.0")));
        assertEquals(Optional.empty(), list.covering(IpAddress.parse("2001:db8::6")));
        assertEquals(Optional.of(Prefix.parse("::1")), list.covering(IpAddress.parse("::1")));
    }

    @Test
    void laterChangesOfTheCollectionGivenDoNotCount() {
        List<Prefix> prefixes = new ArrayList<>(List.of(Prefix.parse("192.0.2.0/24")));
        AllowList list = AllowList.of(prefixes);
        prefixes.clear();
        assertEquals(Optional.of(Prefix.parse("192.0.2.0/24")), list.covering(IpAddress.parse("192.0.2.1")));
    }
}
