#!/bin/sh
# Writes a small capture file to standard output: an ordinary client, and a scanner that tries eight ports.
set -eu

byte() { printf "\\$(printf %03o "$1")"; }
be16() { byte $(($1 / 256)); byte $(($1 % 256)); }
le32() { byte $(($1 & 255)); byte $(($1 >> 8 & 255)); byte $(($1 >> 16 & 255)); byte $(($1 >> 24 & 255)); }

# syn MILLISECONDS SOURCE PORT: an Ethernet frame from 192.0.2.SOURCE to 192.0.2.1:PORT, 54 bytes
syn() {
    le32 $((1700000000 + $1 / 1000)); le32 $(($1 % 1000 * 1000)); le32 54; le32 54
    printf '\002\000\000\000\000\001\002\000\000\000\000\002\010\000'                     # addresses, IPv4
    printf '\105\000\000\050\000\000\100\000\100\006\000\000\300\000\002'; byte "$2"      # from 192.0.2.SOURCE
    printf '\300\000\002\001'                                                             # to 192.0.2.1
    be16 $((40000 + $1 % 20000)); be16 "$3"; printf '\000\000\000\001\000\000\000\000'    # ports, numbers
    printf '\120\002\377\377\000\000\000\000'                                             # SYN
}

printf '\324\303\262\241\002\000\004\000'; le32 0; le32 0; le32 65535; le32 1             # little-endian, Ethernet
syn 0 7 443
time=200
for port in 21 22 23 25 80 110 139 443; do
    syn $time 66 $port
    time=$((time + 50))
done
syn 900 7 80
