#!/bin/sh
# Shows tcptracker at work. As root: two hosts in network namespaces, one tracks, the other scans it; nothing of the
# machine itself is touched. Otherwise: a sample capture.
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
tcptracker=$home/bin/tcptracker
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
work=$(mktemp -d)

say() { printf '\n== %s\n' "$*"; }

replay() {
    trap 'rm -rf "$work"' EXIT
    say "Not root, so a capture file is replayed: tcptracker replay sample.pcap"
    "$home/packaging/sample-capture.sh" >"$work/sample.pcap"
    "$tcptracker" replay "$work/sample.pcap"
}

clean_up() {
    [ -z "${tracker:-}" ] || { kill "$tracker" 2>/dev/null && wait "$tracker"; } || true
    ip netns delete "$host" 2>/dev/null || true
    ip netns delete "$peer" 2>/dev/null || true
    rm -rf "$work"
}

# await WORD FILE: waits until the tracker has written the word
await() {
    for _ in $(seq 100); do
        grep -qs "$1" "$work/$2" && return
        kill -0 "$tracker" 2>/dev/null || break
        sleep 0.1
    done
    echo "demo: the tracker doesn't say '$1'" >&2
    cat "$work/messages" >&2
    exit 1
}

live() {
    host=tcptracker-demo-$$
    peer=$host-peer
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    # Otherwise the files of the tracker would stay in /run and /var/lib.
    export RUNTIME_DIRECTORY="$work" STATE_DIRECTORY="$work"
    ip netns add "$host"
    ip netns add "$peer"
    ip -n "$host" link add veth0 type veth peer name veth1 netns "$peer"
    ip -n "$host" address add 10.98.0.1/24 dev veth0
    ip -n "$peer" address add 10.98.0.66/24 dev veth1
    for end in "$host lo" "$host veth0" "$peer lo" "$peer veth1"; do
        ip -n "${end% *}" link set "${end#* }" up
    done

    say "On the host 10.98.0.1: tcptracker run -d veth0"
    ip netns exec "$host" "$tcptracker" run -d veth0 >"$work/events" 2>"$work/messages" &
    tracker=$!
    await watching messages
    cat "$work/messages"

    say "On the peer 10.98.0.66: nmap -sS -p1-1000 --max-rate 1000 10.98.0.1"
    # Without a least rate, nmap would slow down to a crawl once it is blocked.
    ip netns exec "$peer" nmap -n -Pn -sS -p1-1000 --min-rate 1000 --max-rate 1000 --max-retries 0 10.98.0.1 | grep -v '^$'
    await Blocked events

    say "What the tracker logged"
    grep -m 5 'New connection' "$work/events"
    echo "... $(grep -c 'New connection' "$work/events") new connections in all"
    grep -v 'New connection' "$work/events"

    say "curl http://127.0.0.1:8081/metrics"
    ip netns exec "$host" curl -s http://127.0.0.1:8081/metrics | grep -E '^tcptracker_(new_connections|port_scans|blocks|blocked)'

    say "tcptracker chain"
    ip netns exec "$host" "$tcptracker" chain

    say "Stopping; the firewall rules that remain:"
    kill "$tracker"
    wait "$tracker" || true
    tracker=
    ip netns exec "$host" iptables -S
}

if [ "$(id -u)" = 0 ] && ip netns add "tcptracker-try-$$" 2>/dev/null; then
    ip netns delete "tcptracker-try-$$"
    live
else
    replay
fi
