#!/bin/sh
# Makes an archive of classes beside a jar: class-archive.sh JAR
#
# With the archive, a start takes a third less time. Java first notes the classes of a run in a network namespace of its own.
# Where that is not permitted, the run reads a sample capture. The archive only works for that jar at that place, and for the
# Java that made it.
set -eu

home=$(dirname "$(dirname "$(readlink -f "$0")")")
jar=$1
archive=${jar%.jar}.jsa
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

if [ "${2:-}" = inside ]; then
    # In an empty namespace.
    ip link set lo up
    "$java" -XX:+UseSerialGC -Xmx128m -Xlog:disable -XX:DumpLoadedClassList="$work/classes" -jar "$jar" \
        run -d lo --listen 127.0.0.1:8081 $3 >"$work/events" 2>"$work/messages" &
    tracker=$!
    for _ in $(seq 100); do
        grep -qs watching "$work/messages" && break
        kill -0 $tracker
        sleep 0.1
    done
    grep -qs watching "$work/messages"
    # A scan, and a request for the metrics.
    for port in 1 2 3 4 5 8081; do
        curl -s "http://127.0.0.1:$port/metrics" >"$work/metrics" || true
    done
    kill $tracker
    wait $tracker
    exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work" "$archive.new"' EXIT
export work RUNTIME_DIRECTORY="$work" STATE_DIRECTORY="$work"
rm -f "$archive" "$archive.new"
own=-n
[ "$(id -u)" = 0 ] || own=-rn
# Without a usable firewall, the first of the two runs fails and only the dry run is noted.
for option in "" --dry-run; do
    timeout 60 unshare $own "$0" "$jar" inside "$option" 2>/dev/null && break
done
if [ ! -s "$work/classes" ]; then
    "$home/packaging/sample-capture.sh" >"$work/sample.pcap"
    "$java" -XX:+UseSerialGC -Xmx128m -Xlog:disable -XX:DumpLoadedClassList="$work/classes" -jar "$jar" \
        replay "$work/sample.pcap" >/dev/null 2>&1 || true
fi
# All classes in one, Java's own too: an archive on top of Java's own would leave out picocli's, which are in an old format.
"$java" -XX:+UseSerialGC -Xshare:dump -XX:SharedClassListFile="$work/classes" -XX:SharedArchiveFile="$archive.new" -jar "$jar" \
    >/dev/null 2>&1 || true
# Without it, starting takes longer, and that is all.
[ ! -s "$archive.new" ] || mv "$archive.new" "$archive"
