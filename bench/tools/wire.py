"""Two hosts in network namespaces of their own, what joins them, and a recording of it."""
import concurrent.futures
import contextlib
import ctypes
import heapq
import itertools
import os
import random
import select
import signal
import socket
import struct
import subprocess
import threading
import time

import segments

NEAR, FAR, BYSTANDER = "10.98.0.1", "10.98.0.2", "10.98.0.9"
NEAR6, FAR6, CROWD = "fd98::1", "fd98::2", "fd99::/64"
# Of the host that is scanned. All others are closed.
OPEN = (22, 80, 443, 3306, 8080, 9000)
FILTERED = (25, 110, 139, 445, 5432)
PORTS = ",".join(map(str, (*range(1, 11), *sorted(OPEN + FILTERED))))
COUNT = 21

libc = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    """A capture doesn't hold what it should."""


def run(*command, seconds=60):
    done = subprocess.run(command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=seconds)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stdout.strip()[-300:] or done.returncode}")
    return done.stdout


@contextlib.contextmanager
def inside(name):
    """What this thread opens and starts meanwhile is in that namespace."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    other = os.open("/run/netns/" + name, os.O_RDONLY)
    try:
        enter(other)
        yield
    finally:
        enter(own)
        os.close(other)
        os.close(own)


def enter(namespace):
    if libc.setns(namespace, 0x40000000):  # CLONE_NEWNET
        raise OSError(ctypes.get_errno(), "setns")


class Relay(threading.Thread):
    """What joins two devices, and takes its time over each frame or loses it; the same ones in each run."""

    def __init__(self, namespace, delay, loss):
        super().__init__(daemon=True)
        self.delay, self.loss, self.chance = delay, loss, random.Random(1)
        self.over, self.stop = os.pipe()
        with inside(namespace):
            self.sides = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for _ in range(2)]
            for side, name in zip(self.sides, ("far", "near")):
                side.bind((name, 3))

    def run(self):
        waiting, number = [], itertools.count()
        while True:
            patience = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            ready = select.select([self.over, *self.sides], [], [], patience)[0]
            if self.over in ready:
                break
            for side in ready:
                frame, origin = side.recvfrom(65535)
                # PACKET_OUTGOING is what was relayed to there.
                if origin[2] != 4 and self.chance.random() >= self.loss:
                    other = self.sides[side is self.sides[0]]
                    heapq.heappush(waiting, (time.monotonic() + self.delay, next(number), other, frame))
            while waiting and waiting[0][0] <= time.monotonic():
                _, _, side, frame = heapq.heappop(waiting)
                side.send(frame)

    def close(self):
        os.write(self.stop, b".")
        self.join()
        for each in self.sides:
            each.close()
        os.close(self.over)
        os.close(self.stop)


class Wire:
    """A far and a near host, what joins them, and a recording on the near one's device (or afar, before the relay)."""

    made = itertools.count()

    def __init__(self, path, delay=0.0, loss=0.0, afar=False):
        self.path = path
        number = next(self.made)
        self.far, self.near, self.middle = (f"tcptracker-accuracy-{os.getpid()}-{number}{end}" for end in "fnm")
        self.delay, self.loss, self.afar = delay, loss, afar
        self.relay = self.recorder = None
        self.listening = []

    def __enter__(self):
        relayed = self.delay > 0 or self.loss > 0
        try:
            for name in (self.far, self.near) + ((self.middle,) if relayed else ()):
                run("ip", "netns", "add", name)
            if relayed:
                for name, end in ((self.far, "far"), (self.near, "near")):
                    run("ip", "-n", name, "link", "add", "name", "eth0", "type", "veth", "peer", "name", end, "netns",
                        self.middle)
                    # Who relays has no use for what a device would have to fill in or cut.
                    with inside(name):
                        run("ethtool", "-K", "eth0", "tx", "off", "tso", "off", "gso", "off", "gro", "off")
                    with inside(self.middle):
                        run("sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1")
                    run("ip", "-n", self.middle, "link", "set", "dev", end, "up", "promisc", "on")
            else:
                run("ip", "-n", self.far, "link", "add", "name", "eth0", "type", "veth", "peer", "name", "eth0", "netns",
                    self.near)
            self.addresses()
            if relayed:
                self.relay = Relay(self.middle, self.delay, self.loss)
                self.relay.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def addresses(self):
        hosts = ((self.far, 2, (FAR, BYSTANDER), FAR6), (self.near, 1, (NEAR,), NEAR6))
        for name, number, addresses, address6 in hosts:
            with inside(name):
                # Packets of their own would only be in the way, and decoys come from where no route leads to.
                run("sysctl", "-qw", "net.ipv6.conf.all.router_solicitations=0", "net.ipv4.conf.all.rp_filter=0",
                    "net.ipv4.conf.default.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0", "net.ipv4.ip_forward=0")
            for address in addresses:
                run("ip", "-n", name, "address", "add", address + "/24", "dev", "eth0")
            run("ip", "-n", name, "address", "add", address6 + "/64", "dev", "eth0", "nodad")
            run("ip", "-n", name, "link", "set", "dev", "eth0", "address", f"02:00:00:00:00:0{number}")
            for device in ("lo", "eth0"):
                run("ip", "-n", name, "link", "set", "dev", device, "up")
        for name, number, addresses, address6 in hosts:
            for _, there, theirs, their6 in hosts:
                if there != number:
                    for each in (*theirs, their6):
                        run("ip", "-n", name, "neighbour", "replace", each, "lladdr", f"02:00:00:00:00:0{there}",
                            "dev", "eth0", "nud", "permanent")
        run("ip", "-n", self.near, "route", "add", "default", "via", FAR)
        run("ip", "-n", self.near, "route", "add", CROWD, "via", FAR6)

    def __exit__(self, *unused):
        for server in self.listening:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
        if self.recorder:
            self.recorder.kill()
            self.recorder.communicate()
        if self.relay:
            self.relay.close()
        for name in (self.far, self.near, self.middle):
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)

    def record(self):
        device, namespace = ("far", self.middle) if self.afar else ("eth0", self.near)
        with inside(namespace):
            self.recorder = subprocess.Popen(["tcpdump", "-i", device, "-n", "-U", "--immediate-mode", "-s", "256", "-Z",
                                              "root", "-w", self.path], stderr=subprocess.PIPE, text=True)
        line = self.recorder.stderr.readline()
        if "listening" not in line:
            raise Failed("tcpdump: " + line.strip())

    def finish(self):
        """What isn't answered is so only after a while, and capture time goes on with packets alone: those of another."""
        time.sleep(1.2)
        self.serve(65000)
        while True:
            with inside(self.far):
                bystander = socket.socket()
            bystander.bind((BYSTANDER, 0))
            bystander.settimeout(3)
            with contextlib.suppress(OSError):
                bystander.connect((NEAR, 65000))
                break
            bystander.close()
        bystander.close()
        until = time.monotonic() + 10
        while not any(each.source == NEAR and each.destination == BYSTANDER for each in segments.segments(self.path)):
            if time.monotonic() > until:
                raise Failed("the last packet was never recorded")
            time.sleep(0.05)
        self.recorder.send_signal(signal.SIGINT)
        said = self.recorder.communicate()[1]
        self.recorder = None
        if "\n0 packets dropped by kernel" not in said:
            raise Failed("tcpdump lost packets")

    def serve(self, port, behaviour=None):
        """Listens on a port of the near host; each connection has a thread of its own."""
        with inside(self.near):
            server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
        self.listening.append(server)
        threading.Thread(target=accept, args=(server, behaviour or page), daemon=True).start()
        return server

    def host(self, opened=OPEN, filtered=FILTERED):
        """A host to scan."""
        for port in opened:
            self.serve(port)
        with inside(self.near):
            for tool in ("iptables", "ip6tables"):
                if filtered:
                    run(tool, "-A", "INPUT", "-p", "tcp", "-m", "multiport", "--dports", ",".join(map(str, filtered)),
                        "-j", "DROP")
        self.record()

    def attack(self, *command, seconds=60):
        with inside(self.far):
            return run(*command, seconds=seconds)

    def socket(self, source="", family=socket.AF_INET):
        with inside(self.far):
            opened = socket.socket(family)
        opened.settimeout(10)
        if source:
            opened.bind((source, 0))
        return opened

    def connect(self, port, source=""):
        connection = self.socket(source)
        connection.connect((NEAR, port))
        return connection

    def ask(self, port, source=""):
        """What a client does: connects, asks, reads the answer."""
        with self.connect(port, source) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            while connection.recv(4096):
                pass

    def ask_often(self, port, source=""):
        """Until there is an answer."""
        for _ in range(40):
            try:
                return self.ask(port, source)
            except ConnectionRefusedError:
                time.sleep(0.1)
        raise Failed(f"port {port} was never open")


def accept(server, behaviour):
    def handle(connection):
        with connection, contextlib.suppress(OSError):
            behaviour(connection)

    with contextlib.suppress(OSError):
        while True:
            threading.Thread(target=handle, args=(server.accept()[0],), daemon=True).start()


def page(connection):
    if connection.recv(4096):
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 500)


def reset(connection):
    """Closes by RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def in_parallel(action, items):
    with concurrent.futures.ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(action, items))
