package io.tcptracker.core.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PrefixTest {
    private static final long SEED = 20_260_202;

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,            10.0.0.0/8",
        "0.0.0.0/0,             0.0.0.0/0",
        "::/0,                  ::/0",
        "192.0.2.1,             192.0.2.1",
        "192.0.2.1/32,          192.0.2.1",
        "192.0.2.0/31,          192.0.2.0/31",
        "2001:DB8::/32,         2001:db8::/32",
        "2001:db8::1,           2001:db8::1",
        "2001:db8::1/128,       2001:db8::1",
        "2001:db8::/127,        2001:db8::/127",
        "::/128,                ::",
        // An address that maps IPv4 is IPv4, and its length counts as such.
        "::ffff:10.0.0.0/8,     10.0.0.0/8",
        "10.0.0.0/08,           10.0.0.0/8",
    })
    void prefixIsReadAndWritten(String text, String canonical) {
        assertEquals(canonical, Prefix.parse(text).toString(), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "10.0.0.0/       | '10.0.0.0/' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "10.0.0.0/x      | '10.0.0.0/x' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "10.0.0.0/-8     | '10.0.0.0/-8' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "10.0.0.0/+8     | '10.0.0.0/+8' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "10.0.0.0/8/8    | '10.0.0.0/8/8' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "10.0.0.0/0008   | '10.0.0.0/0008' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "10.0.0.0/\u0668 | '10.0.0.0/\u0668' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "10.0.0.0/255.0.0.0 | '10.0.0.0/255.0.0.0' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32",
                "/8              | '' is not an IP address; write it like 192.0.2.1 or 2001:db8::1",
                "10/8            | '10' is not an IP address; write it like 192.0.2.1 or 2001:db8::1",
                "example.org/8   | 'example.org' is not an IP address; write it like 192.0.2.1 or 2001:db8::1",
                "10.0.0.0/33     | a prefix of 10.0.0.0 has a length of 0 to 32, not 33",
                "::/129          | a prefix of :: has a length of 0 to 128, not 129",
                "::ffff:0:0/96   | a prefix of 0.0.0.0 has a length of 0 to 32, not 96",
                "10.0.0.1/8      | 10.0.0.1/8 has bits set past its length; write 10.0.0.0/8",
                "1.2.3.4/0       | 1.2.3.4/0 has bits set past its length; write 0.0.0.0/0",
                "2001:db8::1/64  | 2001:db8::1/64 has bits set past its length; write 2001:db8::/64",
                "::1/127         | ::1/127 has bits set past its length; write ::/127",
            })
    void anythingElseIsRefusedAndTheMessageShowsTheRightForm(String text, String message) {
        var refused = assertThrows(IllegalArgumentException.class, () -> Prefix.parse(text), text);
        assertEquals(message, refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void lengthOutOfRangeIsRefused(int length) {
        IpAddress zero = IpAddress.parse("0.0.0.0");
        assertThrows(IllegalArgumentException.class, () -> new Prefix(zero, length));
    }

    @ParameterizedTest
    @CsvSource({
        // prefix,           first in,           last in,          before,                 after
        "10.0.0.0/8,         10.0.0.0,           10.255.255.255,   9.255.255.255,          11.0.0.0",
        "192.0.2.4/31,       192.0.2.4,          192.0.2.5,        192.0.2.3,              192.0.2.6",
        "192.0.2.4/32,       192.0.2.4,          192.0.2.4,        192.0.2.3,              192.0.2.5",
        "128.0.0.0/1,        128.0.0.0,          255.255.255.255,  127.255.255.255,        ::1:0:0:0",
        "0.0.0.0/1,          0.0.0.0,            127.255.255.255,  ::fffe:ffff:ffff,       128.0.0.0",
        "0.0.0.0/0,          0.0.0.0,            255.255.255.255,  ::fffe:ffff:ffff,       ::1:0:0:0",
        "8000::/1,           8000::,             ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
                + "                                                7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ::",
        "1:2:3:4::/63,       1:2:3:4::,          1:2:3:5:ffff:ffff:ffff:ffff,"
                + "                                                1:2:3:3:ffff:ffff:ffff:ffff, 1:2:3:6::",
        "1:2:3:4::/64,       1:2:3:4::,          1:2:3:4:ffff:ffff:ffff:ffff,"
                + "                                                1:2:3:3:ffff:ffff:ffff:ffff, 1:2:3:5::",
        "1:2:3:4::/65,       1:2:3:4::,          1:2:3:4:7fff:ffff:ffff:ffff,"
                + "                                                1:2:3:3:ffff:ffff:ffff:ffff, 1:2:3:4:8000::",
        "1::4/127,           1::4,               1::5,             1::3,                   1::6",
        "1::4/128,           1::4,               1::4,             1::3,                   1::5",
    })
    void containsItsFirstAndLastAddressAndNotTheirNeighbours(
            String text, String first, String last, String before, String after) {
        Prefix prefix = Prefix.parse(text);
        assertTrue(prefix.contains(IpAddress.parse(first)), text + " lacks " + first);
        assertTrue(prefix.contains(IpAddress.parse(last)), text + " lacks " + last);
        assertFalse(prefix.contains(IpAddress.parse(before)), text + " has " + before);
        assertFalse(prefix.contains(IpAddress.parse(after)), text + " has " + after);
    }

    @ParameterizedTest
    @CsvSource({"::/0, 192.0.2.1", "0.0.0.0/0, 2001:db8::1", "0.0.0.0/0, ::", "::/64, 10.0.0.1", "::/80, 0.0.0.0"})
    void ipv4AndIpv6NeverMix(String prefix, String address) {
        assertFalse(Prefix.parse(prefix).contains(IpAddress.parse(address)), prefix + " has " + address);
    }

    @Test
    void prefixOfAnAddressContainsItAlone() {
        for (String text : new String[] {"192.0.2.1", "2001:db8::1", "::", "0.0.0.0"}) {
            IpAddress address = IpAddress.parse(text);
            assertEquals(text, Prefix.of(address).toString());
            assertTrue(Prefix.of(address).contains(address), text);
            assertFalse(Prefix.of(address).contains(new IpAddress(address.high(), address.low() ^ 1)), text);
        }
    }

    @Test
    void containsWhatArithmeticSays() {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            boolean v4 = random.nextInt(3) == 0;
            int bits = v4 ? 32 : 128;
            int length = random.nextInt(bits + 1);
            byte[] bytes = new byte[bits / 8];
            random.nextBytes(bytes);
            BigInteger first =
                    new BigInteger(1, bytes).shiftRight(bits - length).shiftLeft(bits - length);
            Prefix prefix = new Prefix(address(first, v4), length);
            BigInteger other = first.flipBit(random.nextInt(bits));
            boolean same = other.shiftRight(bits - length).equals(first.shiftRight(bits - length));
            String what = "seed " + SEED + ": " + prefix + " and " + address(other, v4);
            assertEquals(same, prefix.contains(address(other, v4)), what);
            assertEquals(prefix, Prefix.parse(prefix.toString()), what);
        }
    }

    private static IpAddress address(BigInteger value, boolean v4) {
        return v4
                ? IpAddress.v4(value.intValue())
                : new IpAddress(value.shiftRight(64).longValue(), value.longValue());
    }
}
