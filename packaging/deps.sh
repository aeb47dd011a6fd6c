#!/bin/sh
# Installs missing packages: deps.sh [--ask] run|demo|bench|test
#
# `run` installs those for building and running. The others also install those for the demonstration, the measurements or the
# tests. It names the packages first, and does nothing if none is missing. With --ask it asks first, if there is a terminal and
# CI isn't true.
set -eu

root=$(dirname "$(dirname "$(readlink -f "$0")")")
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
missing=
ask=
if [ "${1:-}" = --ask ]; then
    ask=yes
    shift
fi

# need NAME DEB RPM COMMAND...: if the command fails, the package is missing
need() {
    deb=$2
    rpm=$3
    name=$1
    shift 3
    "$@" >/dev/null 2>&1 && return
    [ "$manager" = apt ] && missing="$missing $deb"
    [ "$manager" = dnf ] && missing="$missing $rpm"
    [ -n "$manager" ] || { echo "deps: $name is missing, and there is neither apt-get nor dnf to install it" >&2; exit 69; }
}

has() { command -v "$1"; }
jdk17() { [ "$(javac -version 2>&1 | sed 's/^javac \([0-9]*\).*/\1/')" -ge 17 ]; }
libpcap() { ldconfig -p | grep -q 'libpcap\.so'; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Ends the script if the answer is no.
confirm() {
    { [ -n "$ask" ] && [ "${CI:-}" != true ] && [ -t 0 ] && [ -t 1 ]; } || return 0
    case $kind in
        run) command="make deps" ;;
        test) command="make deps-test" ;;
        *) command="packaging/deps.sh $kind" ;;
    esac
    printf 'Missing packages:%s\nInstall them now with %s, as root? [Y/n] ' "$missing" "$manager"
    read -r answer || answer=no
    case $answer in
        '' | [Yy]*) return ;;
    esac
    echo "Nothing is installed. To install the packages later: $command" >&2
    exit 69
}

install() {
    [ -n "$missing" ] || return 0
    confirm
    echo "Installing:$missing"
    # shellcheck disable=SC2086
    if [ "$manager" = apt ]; then
        as_root apt-get -qq update
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
            install -y --no-install-recommends $missing >/dev/null
    else
        as_root dnf -q -y install $missing
    fi
}

# Only the two programs: the package would start Prometheus as a service of this machine.
prometheus() {
    [ -x "$root/.tools/usr/bin/prometheus" ] && return
    if [ "$manager" = apt ]; then
        echo "Unpacking prometheus into $root/.tools"
        mkdir -p "$root/.tools"
        (cd "$root/.tools" && apt-get -qq -o APT::Sandbox::User=root download prometheus && dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb)
    fi
}

kind=${1:-run}
manager=
has dnf >/dev/null && manager=dnf
has apt-get >/dev/null && manager=apt

need "JDK 17 or later" openjdk-17-jdk-headless java-21-openjdk-devel jdk17
need Maven maven maven has mvn
need libpcap libpcap0.8 libpcap libpcap
need iptables iptables iptables-nft has iptables
need ipset ipset ipset has ipset
if [ "$kind" != run ]; then
    need ip iproute2 iproute has ip
    need nmap nmap nmap has nmap
    need curl curl curl has curl
fi
if [ "$kind" = bench ] || [ "$kind" = test ]; then
    need "a C compiler" gcc gcc has gcc
    need "the C library's headers" libc6-dev glibc-devel test -e /usr/include/stdio.h
    need python3 python3 python3 has python3
    need ethtool ethtool ethtool has ethtool
    need tcpdump tcpdump tcpdump has tcpdump
    need hping3 hping3 hping3 has hping3
    need masscan masscan masscan has masscan
fi
if [ "$kind" = test ]; then
    need setpriv util-linux util-linux has setpriv
    need kill procps procps-ng test -x /bin/kill -o -x /usr/bin/kill
    need nft nftables nftables has nft
    need tcpreplay tcpreplay tcpreplay has tcpreplay
    need tshark tshark wireshark-cli has tshark
    need jq jq jq has jq
fi
install
if [ "$kind" = test ] && ! (has prometheus && has promtool) >/dev/null; then
    prometheus
fi
