/* What the tools that measure blocking share: a SYN from any source to 10.98.0.1, a packet socket, a clock. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINK_LENGTH = 14, IP_LENGTH = 20, TCP_LENGTH = 20, SYN_LENGTH = LINK_LENGTH + IP_LENGTH + TCP_LENGTH };

static inline void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Without the 50 microseconds that the kernel else may add. */
static inline void rest_until(int64_t when) {
    static int sharp;
    if (!sharp) sharp = prctl(PR_SET_TIMERSLACK, 1) == 0;
    struct timespec time = {when / 1000000000, when % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

/* For all that comes, or for nothing that comes. */
static inline int packet_socket(const char *device, int receive) {
    int on = 1;
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int) if_nametoindex(device),
                             .sll_protocol = receive ? htons(ETH_P_IP) : 0};
    if (to.sll_ifindex == 0) die(device);
    int made = socket(AF_PACKET, SOCK_RAW, 0);
    if (made < 0 || bind(made, (struct sockaddr *) &to, sizeof to) != 0) die("packet socket");
    setsockopt(made, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
    return made;
}

static inline uint32_t sum(const uint8_t *bytes, int length) {
    uint32_t total = 0;
    for (int i = 0; i < length; i += 2) total += (uint32_t) (bytes[i] << 8 | bytes[i + 1]);
    return total;
}

static inline void put_checksum(uint8_t *at, uint32_t total) {
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    at[0] = (uint8_t) (~total >> 8);
    at[1] = (uint8_t) ~total;
}

/* The packet alone, without a link header. */
static inline void make_ip(uint8_t *ip, uint32_t source, uint32_t destination, uint16_t port) {
    static const uint8_t header[IP_LENGTH] = {0x45, 0, 0, IP_LENGTH + TCP_LENGTH, 0, 0, 0x40, 0, 64, IPPROTO_TCP};
    static const uint8_t tcp[TCP_LENGTH] = {0xc0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff};
    memcpy(ip, header, IP_LENGTH);
    memcpy(ip + IP_LENGTH, tcp, TCP_LENGTH);
    source = htonl(source);
    destination = htonl(destination);
    port = htons(port);
    memcpy(ip + 12, &source, 4);
    memcpy(ip + 16, &destination, 4);
    memcpy(ip + IP_LENGTH + 2, &port, 2);
    put_checksum(ip + 10, sum(ip, IP_LENGTH));
    put_checksum(ip + IP_LENGTH + 16, sum(ip + 12, 8) + IPPROTO_TCP + TCP_LENGTH + sum(ip + IP_LENGTH, TCP_LENGTH));
}

static inline void make_syn(uint8_t *frame, uint32_t source, uint16_t port) {
    static const uint8_t link[LINK_LENGTH] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
    memcpy(frame, link, LINK_LENGTH);
    make_ip(frame + LINK_LENGTH, source, 10u << 24 | 98 << 16 | 1, port);
}
