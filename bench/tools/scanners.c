/* Sends what scanners would: connection attempts (SYNs) from many sources, each to several ports, as fast as it can.
 *
 * usage: scanners DEVICE FIRST COUNT PORTS [GAP_MICROSECONDS]
 *   FIRST    the first source, such as 10.1.0.0; the others follow it
 *   GAP      to wait after each attempt, and one source after the other; else they take turns, 1000 at a time
 *
 * Prints how many attempts were sent, and when, on the clock that only goes
 * forward: the first, the 4th of the last source, and the last. All go to 10.98.0.1 at 02:00:00:00:00:01. For isolated
 * networks only. */
#define _GNU_SOURCE
#include "syn.h"

enum { BATCH = 64, FOURTH = 3 };

static uint64_t sent;

static void flush(int out, struct mmsghdr *messages, unsigned count) {
    for (unsigned from = 0; from < count;) {
        int done = sendmmsg(out, messages + from, count - from, 0);
        if (done < 0 && errno != ENOBUFS && errno != EAGAIN) die("sendmmsg");
        if (done > 0) {
            from += (unsigned) done;
            sent += (uint64_t) done;
        }
    }
}

int main(int argc, char **argv) {
    struct in_addr first;
    if (argc < 5 || argc > 6 || inet_pton(AF_INET, argv[2], &first) != 1) {
        fprintf(stderr, "usage: scanners DEVICE FIRST COUNT PORTS [GAP_MICROSECONDS]\n");
        return 2;
    }
    uint32_t base = ntohl(first.s_addr), count = (uint32_t) atoi(argv[3]), ports = (uint32_t) atoi(argv[4]);
    int64_t gap = argc > 5 ? atoi(argv[5]) * 1000LL : 0;
    int out = packet_socket(argv[1], 0);
    static uint8_t frames[BATCH][SYN_LENGTH];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    unsigned room = gap > 0 ? 1 : BATCH;
    uint32_t turns = gap > 0 ? 1 : 1000;
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec) {frames[i], SYN_LENGTH};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    unsigned waiting = 0;
    int64_t start = now(), fourth = 0;
    for (uint32_t group = 0; group < count; group += turns) {
        for (uint32_t port = 0; port < ports; port++) {
            for (uint32_t i = group; i < count && i < group + turns; i++) {
                make_syn(frames[waiting], base + i, (uint16_t) (100 + port));
                int is_fourth = i == count - 1 && port == FOURTH;
                if (++waiting == room || is_fourth) {
                    flush(out, messages, waiting);
                    waiting = 0;
                }
                if (is_fourth) fourth = now();
                if (gap > 0) rest_until(now() + gap);
            }
        }
    }
    flush(out, messages, waiting);
    printf("%llu %.6f %.6f %.6f\n", (unsigned long long) sent, start / 1e9, fourth / 1e9, now() / 1e9);
    return 0;
}
