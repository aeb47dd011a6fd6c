/* Scans from one new source after the other and sees from when on it is no longer answered.
 *
 * usage: reaction DEVICE FIRST TRIALS GAP_MICROSECONDS MOST_MILLISECONDS
 *   FIRST    the first source, such as 10.1.0.0; the others follow it
 *   GAP      between two attempts, each to another port, where nobody must listen
 *   MOST     for how long to wait for the block, less than 5 seconds
 *
 * Prints a line for each: how many microseconds after its 4th SYN the first was sent that wasn't answered, nor any after it,
 * and how many after the 4th were answered. That is known once 200 in a row weren't answered. Or "open", if it was answered to
 * the end; "early", if not even the 4th was. For isolated networks only. */
#define _GNU_SOURCE
#include "syn.h"

enum { MOST_SYNS = 50000, IN_A_ROW = 200, FIRST_PORT = 100, FOURTH = 3 };

static int64_t sent_at[MOST_SYNS];

/* The last SYN that was answered so far. */
static int last_answered(int in, uint32_t source, int last) {
    uint8_t frame[128];
    ssize_t length;
    while ((length = recv(in, frame, sizeof frame, MSG_DONTWAIT)) > 0) {
        uint32_t to;
        uint16_t port;
        const uint8_t *ip = frame + LINK_LENGTH, *tcp = ip + IP_LENGTH;
        memcpy(&to, ip + 16, 4);
        memcpy(&port, tcp, 2);
        int n = ntohs(port) - FIRST_PORT;
        if (length >= SYN_LENGTH && ip[9] == IPPROTO_TCP && tcp[13] & 4 && ntohl(to) == source && n > last) last = n;
    }
    return last;
}

static void scan(int out, int in, uint32_t source, int64_t gap, int64_t most) {
    uint8_t frame[SYN_LENGTH];
    int sent = 0, last = -1;
    int64_t start = now(), due = start;
    while (sent < MOST_SYNS && now() - start < most && sent - 1 - last < IN_A_ROW) {
        make_syn(frame, source, (uint16_t) (FIRST_PORT + sent));
        sent_at[sent++] = now();
        if (send(out, frame, sizeof frame, 0) < 0) die("send");
        last = last_answered(in, source, last);
        /* What is late by more than a gap isn't made up for: no bursts. */
        due += gap;
        if (due + gap < now()) due = now();
        rest_until(due);
    }
    rest_until(now() + 20000000);
    last = last_answered(in, source, last);
    if (sent - 1 - last < IN_A_ROW) {
        printf("open\n");
    } else if (last < FOURTH) {
        printf("early\n");
    } else {
        printf("%.1f %d\n", (sent_at[last + 1] - sent_at[FOURTH]) / 1e3, last - FOURTH);
    }
    fflush(stdout);
}

int main(int argc, char **argv) {
    struct in_addr first;
    int room = 16 << 20;
    if (argc != 6 || inet_pton(AF_INET, argv[2], &first) != 1) {
        fprintf(stderr, "usage: reaction DEVICE FIRST TRIALS GAP_MICROSECONDS MOST_MILLISECONDS\n");
        return 2;
    }
    int out = packet_socket(argv[1], 0), in = packet_socket(argv[1], 1);
    setsockopt(in, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    for (int i = 0; i < atoi(argv[3]); i++) {
        scan(out, in, ntohl(first.s_addr) + (uint32_t) i, atoi(argv[4]) * 1000LL, atoi(argv[5]) * 1000000LL);
        /* As a scanner comes to a host that has been quiet. */
        rest_until(now() + 50000000 + rand() % 10000000);
    }
    return 0;
}
