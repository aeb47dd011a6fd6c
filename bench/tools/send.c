/* Sends connection attempts (SYNs) out of a device, as many and as fast as it is told.
 *
 * usage: send DEVICE FAMILY SOURCES RATE COUNT
 *   FAMILY   4 or 6
 *   SOURCES  same: 1000 sources that try one port each; scan: 1000 sources, a new port each time; new: a new source each
 *   RATE     packets a second: through a packet socket, 64 at a time at the most, past the queueing discipline; or "max",
 *            as fast as that goes; or "xdp": frames that the kernel makes by itself from a template, faster still
 *
 * Prints how many were sent and how many seconds that took. Sources are in 10.0.0.0/8 or 2001:db8::/32, all go to
 * 10.99.0.2 or 2001:db8::2 and to the hardware address 02:00:00:00:00:99. Checksums are right but for "xdp", whose frames
 * nobody answers. For isolated networks only. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, FRAME = 80, SAME = 1000 };
enum sources { SOURCES_SAME, SOURCES_SCAN, SOURCES_NEW };

static int family;
static enum sources sources;
static int length;    /* of a frame */
static int source_at; /* the 4 bytes that tell one source from another */
static int port_at;

static void die(const char *what) {
    fprintf(stderr, "send: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

/* A SYN with the options that Linux sends. */
static void make(uint8_t *frame) {
    static const uint8_t link[] = {2, 0, 0, 0, 0, 0x99, 2, 0, 0, 0, 0, 1};
    static const uint8_t tcp[] = {0xc0, 0, 1, 0xbb, 0, 0, 0, 1, 0, 0, 0, 0, 0xa0, 2, 0xff, 0xff, 0, 0, 0, 0,
                                  2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7};
    memset(frame, 0, FRAME + 20);
    memcpy(frame, link, sizeof link);
    uint8_t *ip = frame + 14;
    if (family == 4) {
        static const uint8_t header[] = {0x45, 0, 0, 60, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 0, 10, 99, 0, 2};
        frame[12] = 8;
        memcpy(ip, header, sizeof header);
        source_at = 14 + 12;
        port_at = 14 + 20 + 2;
    } else {
        static const uint8_t header[] = {0x60, 0, 0, 0, 0, 40, 6, 64, 0x20, 1, 0xd, 0xb8};
        frame[12] = 0x86;
        frame[13] = 0xdd;
        memcpy(ip, header, sizeof header);
        memcpy(ip + 24, header + 8, 4);
        ip[23] = 1;
        ip[39] = 2;
        source_at = 14 + 12; /* so that each is in a network of its own */
        port_at = 14 + 40 + 2;
    }
    memcpy(frame + port_at - 2, tcp, sizeof tcp);
    length = port_at - 2 + (int) sizeof tcp;
}

/* What tells the n-th source from others: scattered, and the same only after 2^24 (IPv6: 2^32). */
static uint32_t source(uint64_t n) {
    uint64_t i = sources == SOURCES_NEW ? n : n % SAME;
    uint32_t scattered = (uint32_t) (i * 2654435761u);
    return htonl(family == 4 ? 10u << 24 | (scattered & 0xffffff) : scattered);
}

static void set(uint8_t *frame, uint64_t n) {
    uint32_t address = source(n);
    memcpy(frame + source_at, &address, 4);
    if (sources == SOURCES_SCAN) {
        uint16_t port = (uint16_t) (n / SAME + 1);
        memcpy(frame + port_at, &port, 2);
    }
}

static uint32_t sum(const uint8_t *bytes, int count) {
    uint32_t total = 0;
    for (int i = 0; i < count; i += 2) total += (uint32_t) (bytes[i] << 8 | bytes[i + 1]);
    return total;
}

static void put_checksum(uint8_t *at, uint32_t total) {
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    at[0] = (uint8_t) (~total >> 8);
    at[1] = (uint8_t) ~total;
}

static void seal(uint8_t *frame) {
    uint8_t *ip = frame + 14, *tcp = frame + port_at - 2;
    int tcp_length = length - (port_at - 2), addresses = family == 4 ? 12 : 8;
    if (family == 4) {
        ip[10] = ip[11] = 0;
        put_checksum(ip + 10, sum(ip, 20));
    }
    tcp[16] = tcp[17] = 0;
    /* The pseudo-header: addresses, length and protocol. */
    put_checksum(tcp + 16, sum(ip + addresses, tcp_length + (int) (tcp - ip) - addresses) + (uint32_t) tcp_length + 6);
}

/* Through a packet socket. */
static uint64_t by_socket(int device, uint64_t rate, uint64_t count) {
    static uint8_t frames[BATCH][FRAME + 20];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = device, .sll_halen = 6};
    int on = 1;
    int out = socket(AF_PACKET, SOCK_RAW, 0);
    if (out < 0 || bind(out, (struct sockaddr *) &to, sizeof to) != 0) die("packet socket");
    setsockopt(out, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on);
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        make(frames[i]);
        parts[i] = (struct iovec) {frames[i], (size_t) length};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    double start = seconds();
    uint64_t sent = 0;
    while (sent < count) {
        uint64_t due = rate == 0 ? count : (uint64_t) ((seconds() - start) * rate) + 1;
        if (due > count) due = count;
        if (sent >= due) {
            struct timespec rest = {0, 500000};
            nanosleep(&rest, NULL);
            continue;
        }
        unsigned batch = due - sent < BATCH ? (unsigned) (due - sent) : BATCH;
        for (unsigned i = 0; i < batch; i++) {
            set(frames[i], sent + i);
            seal(frames[i]);
        }
        int done = sendmmsg(out, messages, batch, 0);
        if (done < 0 && errno != ENOBUFS && errno != EAGAIN) die("sendmmsg");
        if (done > 0) sent += (uint64_t) done;
    }
    return sent;
}

static int bpf(int command, union bpf_attr *attr) {
    return (int) syscall(SYS_bpf, command, attr, sizeof *attr);
}

#define INSN(c, d, s, o, i) ((struct bpf_insn) {.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (int) (i)})
#define LOAD(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define MOVE(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define OP(op, d, i) INSN(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define BIG(d, bits) INSN(BPF_ALU | BPF_END | BPF_TO_BE, d, 0, 0, bits)

/* A program that makes of a frame the next one and sends it: set() above, with a counter in a map. */
static int load(int map) {
    struct bpf_insn code[64];
    int n = 0, give_up[2];
    code[n++] = MOVE(6, 1);
    code[n++] = INSN(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0);
    code[n++] = INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map);
    code[n++] = INSN(0, 0, 0, 0, 0);
    code[n++] = MOVE(2, 10);
    code[n++] = OP(BPF_ADD, 2, -4);
    code[n++] = INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
    give_up[0] = n;
    code[n++] = INSN(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 0, 0);
    code[n++] = LOAD(BPF_DW, 7, 0, 0);
    code[n++] = MOVE(8, 7);
    code[n++] = OP(BPF_ADD, 8, 1);
    code[n++] = STORE(BPF_DW, 0, 8, 0);
    code[n++] = LOAD(BPF_W, 2, 6, 0);
    code[n++] = LOAD(BPF_W, 3, 6, 4);
    code[n++] = MOVE(4, 2);
    code[n++] = OP(BPF_ADD, 4, length);
    give_up[1] = n;
    code[n++] = INSN(BPF_JMP | BPF_JGT | BPF_X, 4, 3, 0, 0);
    code[n++] = MOVE(8, 7);
    if (sources != SOURCES_NEW) code[n++] = OP(BPF_MOD, 8, SAME);
    code[n++] = INSN(BPF_ALU | BPF_MUL | BPF_K, 8, 0, 0, 2654435761u);
    if (family == 4) {
        code[n++] = OP(BPF_AND, 8, 0xffffff);
        code[n++] = OP(BPF_OR, 8, 10 << 24);
    }
    code[n++] = BIG(8, 32);
    code[n++] = STORE(BPF_W, 2, 8, source_at);
    if (sources == SOURCES_SCAN) {
        code[n++] = OP(BPF_DIV, 7, SAME);
        code[n++] = OP(BPF_ADD, 7, 1);
        code[n++] = STORE(BPF_H, 2, 7, port_at);
    }
    code[n++] = OP(BPF_MOV, 0, XDP_TX);
    code[n++] = INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
    for (int i = 0; i < 2; i++) code[give_up[i]].off = (short) (n - give_up[i] - 1);
    code[n++] = OP(BPF_MOV, 0, XDP_DROP);
    code[n++] = INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);

    static char log[16384];
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.prog_type = BPF_PROG_TYPE_XDP;
    attr.insns = (uintptr_t) code;
    attr.insn_cnt = (unsigned) n;
    attr.license = (uintptr_t) "GPL";
    attr.log_buf = (uintptr_t) log;
    attr.log_size = sizeof log;
    attr.log_level = 1;
    int program = bpf(BPF_PROG_LOAD, &attr);
    if (program < 0) {
        fputs(log, stderr);
        die("XDP program");
    }
    return program;
}

/* By the kernel: it runs the program on frames of its own. A call makes those first, so it is for many. */
static uint64_t by_xdp(int device, uint64_t count) {
    static uint8_t frame[FRAME + 20];
    union bpf_attr attr;
    make(frame);
    memset(&attr, 0, sizeof attr);
    attr.map_type = BPF_MAP_TYPE_ARRAY;
    attr.key_size = 4;
    attr.value_size = 8;
    attr.max_entries = 1;
    int map = bpf(BPF_MAP_CREATE, &attr);
    if (map < 0) die("BPF map");
    int program = load(map);
    uint64_t sent = 0;
    while (sent < count) {
        uint64_t some = count - sent < 1u << 20 ? count - sent : 1u << 20;
        struct xdp_md context = {.data_end = (unsigned) length, .ingress_ifindex = (unsigned) device};
        memset(&attr, 0, sizeof attr);
        attr.test.prog_fd = (unsigned) program;
        attr.test.data_in = (uintptr_t) frame;
        attr.test.data_size_in = (unsigned) length;
        attr.test.ctx_in = (uintptr_t) &context;
        attr.test.ctx_size_in = sizeof context;
        attr.test.repeat = (unsigned) some;
        attr.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
        attr.test.batch_size = BATCH;
        if (bpf(BPF_PROG_TEST_RUN, &attr) != 0) die("XDP live frames");
        sent += some;
    }
    return sent;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: send DEVICE 4|6 same|scan|new RATE|max|xdp COUNT\n");
        return 2;
    }
    int device = (int) if_nametoindex(argv[1]);
    if (device == 0) die(argv[1]);
    family = atoi(argv[2]);
    sources = strcmp(argv[3], "new") == 0 ? SOURCES_NEW : strcmp(argv[3], "scan") == 0 ? SOURCES_SCAN : SOURCES_SAME;
    uint64_t count = strtoull(argv[5], NULL, 10);
    double start = seconds();
    uint64_t sent = strcmp(argv[4], "xdp") == 0
            ? by_xdp(device, count)
            : by_socket(device, strcmp(argv[4], "max") == 0 ? 0 : strtoull(argv[4], NULL, 10), count);
    printf("%llu %.3f\n", (unsigned long long) sent, seconds() - start);
    return 0;
}
