/* What a connection attempt of a source that isn't blocked costs the kernel, all rules that it meets included.
 *
 * usage: innocent DEVICE SECONDS
 *
 * Makes a TUN device of that name at 192.168.97.1, and writes SYNs from 172.16.0.0/12 to port 80 of that address into it: the
 * kernel runs all of its receive path in that call. For each line that it reads prints the median nanoseconds of one SYN,
 * in batches of 64; a rule should drop them in the end, else the answer is counted as well. */
#define _GNU_SOURCE
#include "syn.h"
#include <fcntl.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <sys/ioctl.h>

enum { BATCH = 64, MOST_BATCHES = 1 << 17 };
#define HERE (192u << 24 | 168 << 16 | 97 << 8 | 1)

static int64_t took[MOST_BATCHES];

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
    return (x > y) - (x < y);
}

static int tun(const char *name) {
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(HERE)};
    int made = open("/dev/net/tun", O_RDWR), any = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (made < 0 || ioctl(made, TUNSETIFF, &request) != 0) die("/dev/net/tun");
    memcpy(&request.ifr_addr, &address, sizeof address);
    if (ioctl(any, SIOCSIFADDR, &request) != 0) die("address");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(any, SIOCSIFFLAGS, &request) != 0) die("up");
    close(any);
    return made;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: innocent DEVICE SECONDS\n");
        return 2;
    }
    static uint8_t packets[BATCH][IP_LENGTH + TCP_LENGTH];
    int out = tun(argv[1]);
    int64_t length = (int64_t) (atof(argv[2]) * 1e9);
    uint64_t random = 88172645463325252u;
    char line[16];
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);
    while (fgets(line, sizeof line, stdin)) {
        int batches = 0;
        for (int64_t start = now(); batches < MOST_BATCHES && now() - start < length;) {
            for (int i = 0; i < BATCH; i++) {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                make_ip(packets[i], 172u << 24 | 16 << 16 | ((uint32_t) random & 0xfffff), HERE, 80);
            }
            int64_t begin = now();
            for (int i = 0; i < BATCH; i++) {
                if (write(out, packets[i], sizeof packets[i]) < 0) die("write");
            }
            took[batches++] = now() - begin;
        }
        qsort(took, (size_t) batches, sizeof took[0], compare);
        printf("%lld\n", (long long) took[batches / 2] / BATCH);
        fflush(stdout);
    }
    return 0;
}
