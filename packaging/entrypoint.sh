#!/bin/sh
# The tcptracker of the container image. Passes CAP_NET_ADMIN and CAP_NET_RAW on, as far as the container may have them, and
# ensures that the program can't gain more. Otherwise like bin/tcptracker.
set -eu

caps=-all
for cap in net_admin net_raw; do
    # Not every command needs both, and the one that lacks one says so itself.
    if setpriv --inh-caps "$caps,+$cap" --ambient-caps "$caps,+$cap" true 2>/dev/null; then
        caps=$caps,+$cap
    fi
done

export JAVA_HOME=/opt/tcptracker/runtime
export JAVA_OPTS="-Djna.boot.library.path=/opt/tcptracker/lib -Djna.nounpack=true ${JAVA_OPTS:-}"
exec setpriv --inh-caps "$caps" --ambient-caps "$caps" --no-new-privs /opt/tcptracker/bin/tcptracker "$@"
