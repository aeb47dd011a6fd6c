/* The least that a capture through libpcap can do: look at each attempt's addresses and port, and count.
 *
 * usage: count DEVICE BUFFER_BYTES FILTER
 *
 * At SIGUSR1 prints how many it saw and how many the kernel dropped. What it needs of libpcap is declared here, so that
 * its headers need not be installed. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

typedef struct pcap pcap_t;
struct bpf_program { unsigned length; void *instructions; };
struct pcap_pkthdr { struct timeval time; uint32_t captured, length; };
struct pcap_stat { unsigned received, dropped, dropped_by_device; };
pcap_t *pcap_create(const char *, char *);
int pcap_set_snaplen(pcap_t *, int);
int pcap_set_timeout(pcap_t *, int);
int pcap_set_buffer_size(pcap_t *, int);
int pcap_activate(pcap_t *);
int pcap_compile(pcap_t *, struct bpf_program *, const char *, int, unsigned);
int pcap_setfilter(pcap_t *, struct bpf_program *);
int pcap_dispatch(pcap_t *, int, void (*)(unsigned char *, const struct pcap_pkthdr *, const unsigned char *), unsigned char *);
int pcap_stats(pcap_t *, struct pcap_stat *);
void pcap_breakloop(pcap_t *);
char *pcap_geterr(pcap_t *);

static pcap_t *pcap;
static uint64_t seen, sum;
static volatile sig_atomic_t asked;

static void ask(int signal) {
    (void) signal;
    asked = 1;
    pcap_breakloop(pcap);
}

static void look(unsigned char *user, const struct pcap_pkthdr *header, const unsigned char *frame) {
    (void) user;
    uint32_t source, destination;
    uint16_t port;
    int v6 = frame[12] == 0x86;
    if (header->captured < (v6 ? 68u : 48u)) return;
    int flags = frame[v6 ? 67 : 47];
    if ((flags & 0x12) != 2) return;
    memcpy(&source, frame + 26, 4);
    memcpy(&destination, frame + (v6 ? 50 : 30), 4);
    memcpy(&port, frame + (v6 ? 56 : 36), 2);
    sum += source + destination + port + (uint64_t) header->time.tv_usec;
    seen++;
}

int main(int argc, char **argv) {
    char error[256];
    struct bpf_program program;
    if (argc != 4 || (pcap = pcap_create(argv[1], error)) == NULL) return 2;
    pcap_set_snaplen(pcap, 96);
    pcap_set_timeout(pcap, 10);
    pcap_set_buffer_size(pcap, atoi(argv[2]));
    if (pcap_activate(pcap) < 0 || pcap_compile(pcap, &program, argv[3], 1, 0xffffffff) != 0
            || pcap_setfilter(pcap, &program) != 0) {
        fprintf(stderr, "count: %s\n", pcap_geterr(pcap));
        return 1;
    }
    signal(SIGUSR1, ask);
    fprintf(stderr, "listening\n");
    while (pcap_dispatch(pcap, -1, look, NULL) >= 0 || asked) {
        if (asked) {
            struct pcap_stat stat;
            asked = 0;
            pcap_stats(pcap, &stat);
            printf("seen %llu dropped %u sum %llu\n", (unsigned long long) seen, stat.dropped, (unsigned long long) sum);
            fflush(stdout);
        }
    }
    return 1;
}
