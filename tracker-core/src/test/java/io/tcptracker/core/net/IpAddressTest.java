package io.tcptracker.core.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {
    private static final long SEED = 20_260_201;
    /** What addresses and prefixes are made of, and what might upset a parser. */
    private static final String ALPHABET = "0123456789abcdefABCDEF::::....//%[] -+xg\0\n\u0661\u00b2\ud83d";

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,                                 0.0.0.0",
        "192.0.2.1,                               192.0.2.1",
        "255.255.255.255,                         255.255.255.255",
        "::,                                      ::",
        "::1,                                     ::1",
        "1::,                                     1::",
        "2001:db8::1,                             2001:db8::1",
        "0:0:0:0:0:0:0:0,                         ::",
        "1:2:3:4:5:6:7:8,                         1:2:3:4:5:6:7:8",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        // RFC 5952, 4.1: no leading zeros; 4.3: lower case
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:DB8::ABCD:EF01,                     2001:db8::abcd:ef01",
        // 4.2.1: shortened as much as possible
        "2001:db8:0:0:0:0:2:1,                    2001:db8::2:1",
        // 4.2.2: a single group of zeros is not shortened
        "2001:db8:0:1:1:1:1:1,                    2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1,                     2001:db8:0:1:1:1:1:1",
        "::2:3:4:5:6:7:8,                         0:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::,                         1:2:3:4:5:6:7:0",
        // 4.2.3: the longest run, and of two as long the first
        "2001:0:0:1:0:0:0:1,                      2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1,                    2001:db8::1:0:0:1",
        "0:0:0:1:1:0:0:0,                         ::1:1:0:0:0",
        "1:0:0:0:0:0:0:0,                         1::",
        "0:0:1::,                                 0:0:1::",
        // the end may be dotted; a mapped address is the IPv4 address
        "::ffff:192.0.2.1,                        192.0.2.1",
        "::ffff:c000:201,                         192.0.2.1",
        "0:0:0:0:0:FFFF:1.2.3.4,                  1.2.3.4",
        "::ffff:0.0.0.0,                          0.0.0.0",
        "::1.2.3.4,                               ::102:304",
        "::fffe:1.2.3.4,                          ::fffe:102:304",
        "1::ffff:1.2.3.4,                         1::ffff:102:304",
        "64:ff9b::192.0.2.33,                     64:ff9b::c000:221",
        "1:2:3:4:5:6:1.2.3.4,                     1:2:3:4:5:6:102:304",
    })
    void literalIsReadAndWrittenInItsCanonicalForm(String literal, String canonical) {
        assertEquals(canonical, IpAddress.parse(literal).toString(), literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // too short, too long, too big
                "",
                " ",
                ".",
                "1",
                "1.2.3",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                "256.0.0.1",
                "1.2.3.999",
                "4294967296",
                "1.2.3.99999999999",
                // octal or decimal?
                "01.2.3.4",
                "1.2.3.00",
                "1.2.3.04",
                "0x7f.0.0.1",
                // host names, which must not be looked up
                "localhost",
                "example.org",
                "a.b.c.d",
                "cafe",
                // signs, space, other digits
                "+1.2.3.4",
                "-1.2.3.4",
                " 1.2.3.4",
                "1.2.3.4 ",
                "1.2.3.4\n",
                "\u0661.2.3.4",
                "::\u0661",
                "::1 ",
                "::1\n",
                "1:2:3:4:5:6:7:+8",
                // colons
                ":",
                ":::",
                "::::",
                ":1",
                "1:",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "1:2:3:4:5:6:7:8:",
                "1::2::3",
                "1:::2",
                "12345::",
                "0001f::",
                "g::",
                // dotted elsewhere than at the end
                "1.2.3.4::",
                "1.2.3.4:1::",
                "1.2.3.4::1.2.3.4",
                "1.2.3.4::5:1.2.3.4",
                "::1.2.3.4:1",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3",
                "::1.2.3.256",
                "::ffff:01.2.3.4",
                "::ffff:1.2.3.4.5",
                // scopes, brackets, ports, prefixes
                "fe80::1%eth0",
                "fe80::1%1",
                "1.2.3.4%1",
                "[::1]",
                "1.2.3.4:80",
                "1.2.3.4/32",
                "::1/128",
            })
    void anythingElseIsRefusedAndTheMessageShowsTheRightForm(String text) {
        var refused = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text), text);
        assertEquals(
                "'" + text + "' is not an IP address; write it like 192.0.2.1 or 2001:db8::1", refused.getMessage());
    }

    @Test
    void randomAddressAgreesWithInetAddressInBytesAndText() throws UnknownHostException {
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[i % 4 == 0 ? 4 : 16];
            random.nextBytes(bytes);
            if (bytes.length == 16) {
                // Runs of zeros are where writing is hard.
                for (int group = 0; group < 8; group++) {
                    if (random.nextInt(8) < i % 8) {
                        bytes[2 * group] = 0;
                        bytes[2 * group + 1] = 0;
                    }
                }
            }
            String what = "seed " + SEED + ", bytes " + HexFormat.of().formatHex(bytes);
            IpAddress address = IpAddress.of(bytes);
            InetAddress theirs = InetAddress.getByAddress(bytes);
            assertArrayEquals(bytes, address.toBytes(), what);
            assertEquals(address, IpAddress.of(theirs), what);
            assertEquals(address, IpAddress.parse(address.toString()), what);
            // Java writes all eight groups.
            assertEquals(address, IpAddress.parse(theirs.getHostAddress()), what);
        }
    }

    @Test
    void mappedBytesAreTheIpv4Address() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};
        IpAddress address = IpAddress.of(mapped);
        assertEquals(IpAddress.of(new byte[] {(byte) 192, 0, 2, 1}), address);
        assertEquals(IpAddress.v4(0xc0000201), address);
        assertTrue(address.isV4(), "a mapped address is IPv4");
        assertArrayEquals(new byte[] {(byte) 192, 0, 2, 1}, address.toBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 15, 17, 32})
    void bytesOfAnotherNumberAreRefused(int length) {
        assertThrows(IllegalArgumentException.class, () -> IpAddress.of(new byte[length]), length + " bytes");
    }

    @Test
    void orderIsThatOfTheBytesWithoutSign() {
        List<IpAddress> ordered = IntStream.range(0, 8)
                .mapToObj(i -> List.of(
                                "::",
                                "::1",
                                "0.0.0.0",
                                "127.255.255.255",
                                "128.0.0.0",
                                "::ffff:ffff:ffff:ffff",
                                "7fff::",
                                "8000::")
                        .get(i))
                .map(IpAddress::parse)
                .toList();
        List<IpAddress> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(SEED));
        Collections.sort(shuffled);
        assertEquals(ordered, shuffled);
    }

    @Test
    void hashSpreadsAddressesThatDifferInFewBits() {
        spreads("successive IPv4", IpAddress::v4);
        spreads("IPv4, low bits fixed", i -> IpAddress.v4(i << 16 | 0x0101));
        spreads("successive IPv6", i -> new IpAddress(0x20010db8L << 32, i));
        spreads("IPv6 networks", i -> new IpAddress(0x20010db8L << 32 | i, 1));
        spreads("IPv6, high bits only", i -> new IpAddress((long) i << 48, 0));
        // These collide under Long.hashCode, as in a record's own hash.
        spreads("halves that cancel out", i -> new IpAddress(0, (long) i << 32 | i));
        spreads("halves that cancel out by 31", i -> new IpAddress(i, -31L * i));
    }

    private static void spreads(String what, IntFunction<IpAddress> addresses) {
        int buckets = 4_096;
        int[] low = new int[buckets];
        int[] high = new int[buckets];
        for (int i = 0; i < 65_536; i++) {
            int hash = addresses.apply(i).hashCode();
            low[hash & (buckets - 1)]++;
            high[hash >>> 20]++;
        }
        // 16 are expected in each; that a random function puts 60 in one has a chance below one in a billion.
        assertTrue(IntStream.of(low).max().orElseThrow() < 60, what + ": low bits of the hash are crowded");
        assertTrue(IntStream.of(high).max().orElseThrow() < 60, what + ": high bits of the hash are crowded");
    }

    @Test
    void equalAddressesHaveTheSameHash() {
        assertEquals(
                IpAddress.parse("192.0.2.1").hashCode(),
                IpAddress.parse("::ffff:c000:201").hashCode());
    }

    @Test
    void parsersThrowNothingButIllegalArgument() {
        Random random = new Random(SEED);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            String text = randomText(random);
            read += readOrRefused(IpAddress::parse, text) ? 1 : 0;
            read += readOrRefused(Prefix::parse, text) ? 1 : 0;
        }
        assertTrue(read > 100, "too few of the random strings are addresses to tell anything: " + read);
    }

    /** A valid literal with some characters changed, or any characters. */
    private static String randomText(Random random) {
        List<String> valid = List.of("192.0.2.1", "2001:db8::1", "::ffff:1.2.3.4", "10.0.0.0/8", "1:2:3:4:5:6:7:8/128");
        StringBuilder text = new StringBuilder();
        if (random.nextBoolean()) {
            text.append(valid.get(random.nextInt(valid.size())));
        }
        for (int edits = random.nextInt(1, 12); edits > 0; edits--) {
            char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            int at = random.nextInt(text.length() + 1);
            if (at < text.length() && random.nextBoolean()) {
                text.setCharAt(at, c);
            } else {
                text.insert(at, c);
            }
        }
        return text.toString();
    }

    private static boolean readOrRefused(Consumer<String> parser, String text) {
        try {
            parser.accept(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        } catch (RuntimeException e) {
            String codes = HexFormat.ofDelimiter(" ").formatHex(text.getBytes(US_ASCII));
            throw new AssertionError("seed " + SEED + ": '" + text + "' (" + codes + ") threw " + e, e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", ".", ":", "::", "1:", "1.", "/", "a", "0:0:", "%", "1.2.3.4:", "255."})
    @Timeout(60)
    void longTextIsRefused(String unit) {
        String text = unit.repeat(100_000 / unit.length());
        for (String variant : List.of(text, "::" + text, text + "::", text + "/8", "10.0.0.0/" + text)) {
            assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(variant));
            assertThrows(IllegalArgumentException.class, () -> Prefix.parse(variant));
        }
    }
}
