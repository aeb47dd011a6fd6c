package io.tcptracker.core.net;

/** The text form of addresses: RFC 4291, 2.2 for reading, RFC 5952 for writing. */
final class IpAddressText {
    private static final int GROUPS = 8;

    private IpAddressText() {}

    static int parseV4(String text) {
        return dotted(text, text);
    }

    private static int dotted(String part, String whole) {
        String[] numbers = part.split("\\.", -1);
        if (numbers.length != 4) {
            throw malformed(whole);
        }
        int bits = 0;
        for (String number : numbers) {
            // A leading zero means octal to some programs: refused, as it is not clear which address was meant.
            if (!number.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(number) > 255) {
                throw malformed(whole);
            }
            bits = bits << 8 | Integer.parseInt(number);
        }
        return bits;
    }

    /** Returns the two halves of an IPv6 address. */
    static long[] parseV6(String text) {
        String[] halves = text.split("::", -1);
        if (halves.length > 2) {
            throw malformed(text);
        }
        // Only the end of the whole address may be dotted.
        int[] head = groups(halves[0], halves.length == 1, text);
        int[] tail = halves.length == 2 ? groups(halves[1], true, text) : new int[0];
        int missing = GROUPS - head.length - tail.length;
        if (halves.length == 2 ? missing < 1 : missing != 0) {
            throw malformed(text);
        }
        int[] all = new int[GROUPS];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(tail, 0, all, GROUPS - tail.length, tail.length);
        return new long[] {join(all, 0), join(all, 4)};
    }

    private static int[] groups(String part, boolean atEnd, String whole) {
        if (part.isEmpty()) {
            return new int[0];
        }
        String[] words = part.split(":", -1);
        String last = words[words.length - 1];
        boolean dotted = atEnd && last.indexOf('.') >= 0;
        int[] groups = new int[words.length + (dotted ? 1 : 0)];
        if (groups.length > GROUPS) {
            throw malformed(whole);
        }
        for (int i = 0; i < words.length - (dotted ? 1 : 0); i++) {
            if (!words[i].matches("[0-9a-fA-F]{1,4}")) {
                throw malformed(whole);
            }
            groups[i] = Integer.parseInt(words[i], 16);
        }
        if (dotted) {
            int bits = dotted(last, whole);
            groups[groups.length - 2] = bits >>> 16;
            groups[groups.length - 1] = bits & 0xffff;
        }
        return groups;
    }

    private static long join(int[] groups, int from) {
        return (long) groups[from] << 48
                | (long) groups[from + 1] << 32
                | (long) groups[from + 2] << 16
                | groups[from + 3];
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not an IP address; write it like 192.0.2.1 or 2001:db8::1");
    }

    static String formatV4(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }

    static String formatV6(long high, long low) {
        int start = -1;
        int length = 1; // RFC 5952, 4.2.2: a single group of zeros is not shortened
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && group(high, low, i + run) == 0) {
                run++;
            }
            if (run > length) {
                start = i;
                length = run;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
                continue;
            }
            if (i > 0 && i != start + length) {
                text.append(':');
            }
            text.append(Integer.toHexString(group(high, low, i)));
        }
        return text.toString();
    }

    private static int group(long high, long low, int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
    }
}
