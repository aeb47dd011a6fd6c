"""What scanners and ordinary clients do, each to a host of its own."""
import contextlib
import ftplib
import ipaddress
import itertools
import socket
import struct
import threading
import time

import segments
from wire import CROWD, FAR, FILTERED, NEAR, NEAR6, OPEN, PORTS, in_parallel, inside, reset, run

# Those who scan


def nmap(*options, ports=PORTS, target=NEAR, seconds=60, opened=OPEN, filtered=FILTERED):
    def act(wire):
        wire.host(opened, filtered)
        some = ("-p", ports) if ports else ()
        wire.attack("nmap", "-n", "-Pn", *options, *some, target, seconds=seconds)
    return act


def tool(*command):
    def act(wire):
        wire.host()
        wire.attack(*command)
    return act


def crowd(opened):
    """Each source of a prefix tries one port."""
    def act(wire):
        wire.host(OPEN + tuple(range(1, 11)) if opened else OPEN)
        sources = [str(ipaddress.ip_network(CROWD)[n]) for n in range(1, 13)]
        for source in sources:
            run("ip", "-n", wire.far, "address", "add", source + "/128", "dev", "eth0", "nodad")
        for source, port in zip(sources, (80, 443, *range(1, 11))):
            with wire.socket(source, socket.AF_INET6) as connection:
                connection.connect_ex((NEAR6, port))
    return act


def sweep(wire):
    for n in range(100, 140):
        run("ip", "-n", wire.near, "address", "add", f"10.98.0.{n}/24", "dev", "eth0")
        run("ip", "-n", wire.far, "neighbour", "replace", f"10.98.0.{n}", "lladdr", "02:00:00:00:00:01", "dev", "eth0",
            "nud", "permanent")
    wire.host()
    wire.attack("nmap", "-n", "-Pn", "-sS", "-p", "23", "10.98.0.100-139")


def stretched(apart, ports, count):
    """A scan of now, whose packets are given later times: no one waits for so long."""
    def act(wire):
        nmap("-sS", ports=ports)(wire)
        wire.finish()
        stretch(wire.path, apart)
    return act


def stretch(path, apart):
    """Moves what belongs to a port of the near host so that each port is tried so many seconds after the one before."""
    with open(path, "rb") as file:
        data = file.read()
    moved, first, at = [], {}, 24
    while at < len(data):
        seconds, micros, kept = struct.unpack_from("<3I", data, at)
        when, record = seconds * 10**6 + micros, data[at + 8:at + 16 + kept]
        found = list(segments.segments_of([(when * 1000, 1, record[8:])]))
        if found:
            port = found[0].port if found[0].destination == NEAR else found[0].source_port
            number, began = first.setdefault(port, (len(first), when))
            moved.append((min(each for _, each in first.values()) + number * apart * 10**6 + when - began, record))
        at += 16 + kept
    with open(path, "wb") as file:
        file.write(data[:24])
        for when, record in sorted(moved):
            file.write(struct.pack("<2I", *divmod(when, 10**6)) + record)


# Those who don't


def curl(wire):
    wire.host()
    in_parallel(lambda port: wire.attack("curl", "-s", "-o", "/dev/null", "--max-time", "20", f"http://{NEAR}:{port}/"), OPEN)


def ftp(passive):
    def act(wire):
        wire.serve(21, lambda connection: FtpSession(wire, connection).serve())
        wire.record()
        with inside(wire.far), FtpClient(NEAR, "ftp", "ftp", timeout=10) as client:
            client.set_pasv(passive)
            for number in range(20):
                client.retrbinary(f"RETR file{number}", lambda data: None)
    return act


# Below those that the kernel chooses from. Of 20 that it chooses, two are the same once in seventy captures.
DATA_PORTS = itertools.count(20000)


class FtpClient(ftplib.FTP):
    """A client that opens another port for each file."""

    def makeport(self):
        listening = socket.create_server(("", next(DATA_PORTS)))
        self.sendport(self.sock.getsockname()[0], listening.getsockname()[1])
        listening.settimeout(self.timeout)
        return listening


class FtpSession:
    """A server's side of FTP, as far as files can be fetched."""

    def __init__(self, wire, connection):
        self.wire, self.connection = wire, connection
        self.data = None

    def say(self, line):
        self.connection.sendall(line.encode() + b"\r\n")

    def serve(self):
        self.say("220 here")
        with self.connection.makefile("r") as commands:
            for line in commands:
                name, _, argument = line.strip().partition(" ")
                if name == "PASV":
                    self.passive()
                elif name == "PORT":
                    self.active([int(number) for number in argument.split(",")])
                elif name == "RETR":
                    self.send()
                else:
                    self.say({"USER": "331 and", "QUIT": "221 bye"}.get(name, "230 fine"))

    def passive(self):
        with inside(self.wire.near):
            listening = socket.create_server((NEAR, next(DATA_PORTS)))
        high, low = divmod(listening.getsockname()[1], 256)
        self.data = lambda: listening.accept()[0]
        self.say(f"227 there ({NEAR.replace('.', ',')},{high},{low})")

    def active(self, numbers):
        there = ".".join(map(str, numbers[:4])), numbers[4] * 256 + numbers[5]
        with inside(self.wire.near):
            connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind((NEAR, 20))

        def connect():
            connection.connect(there)
            return connection

        self.data = connect
        self.say("200 fine")

    def send(self):
        self.say("150 coming")
        with self.data() as connection:
            connection.sendall(b"x" * 3000)
        self.say("226 done")


RPC = (135, 139, 445, 49152, 49153, 49154, 49155)


def rpc(wire):
    """Many services, one of which is not there."""
    wire.host(RPC, ())
    for port in (135, 5985, *RPC[1:]):
        with contextlib.suppress(ConnectionRefusedError):
            wire.ask(port)


def client_resets(wire):
    wire.host()
    for port in OPEN:
        reset(wire.connect(port))


def server_resets(wire):
    for port in OPEN:
        wire.serve(port, reset)
    wire.record()

    def visit(port):
        with contextlib.suppress(ConnectionResetError), wire.connect(port) as connection:
            connection.recv(1)

    in_parallel(visit, OPEN)


def restart(wire):
    """One service comes back while others are there."""
    wire.host(OPEN[:-1], ())
    for port in OPEN[:-1]:
        wire.ask(port)
    back = threading.Timer(1, wire.serve, [OPEN[-1]])
    back.start()
    wire.ask_often(OPEN[-1])
    back.join()


def reboot(wire):
    """None of the services is there, and then all are."""
    wire.record()
    back = threading.Timer(1, lambda: [wire.serve(port) for port in OPEN])
    back.start()
    in_parallel(wire.ask_often, OPEN)
    back.join()


def two_down(wire):
    """A client of six services, two of which are not there, one after the other."""
    wire.host(OPEN[:4], ())
    for port in OPEN:
        with contextlib.suppress(ConnectionRefusedError):
            wire.ask(port)


def later_reset(wire):
    """Connections that were of use for a while, and are then reset."""
    go = threading.Event()

    def wait_and_reset(connection):
        connection.recv(100)
        connection.sendall(b"welcome")
        go.wait(10)
        reset(connection)

    for port in OPEN:
        wire.serve(port, wait_and_reset)
    wire.record()
    long_lived(wire, go)


def older(wire):
    """The same, but the capture begins after them."""
    go = threading.Event()

    def echo_and_reset(connection):
        for _ in range(3):
            connection.sendall(connection.recv(100))
        go.wait(10)
        reset(connection)

    for port in OPEN:
        wire.serve(port, echo_and_reset)
    connections = [wire.connect(port) for port in OPEN]
    wire.record()
    for _ in range(3):
        for each in connections:
            each.sendall(b"x")
            each.recv(100)
    go.set()
    for each in connections:
        with contextlib.suppress(ConnectionResetError), each:
            each.recv(1)
    in_parallel(wire.connect, OPEN)


def long_lived(wire, go):
    connections = [wire.connect(port) for port in OPEN]
    for each in connections:
        each.sendall(b"hello")
        each.recv(100)
    time.sleep(1.5)
    go.set()
    for each in connections:
        with contextlib.suppress(ConnectionResetError), each:
            each.recv(1)


def idle_ends(wire):
    """The near host closes six connections that are older than the capture, all of them to one port of it."""
    go = threading.Event()
    wire.serve(80, lambda connection: go.wait(10))
    connections = [wire.connect(80) for _ in range(6)]
    wire.record()
    go.set()
    for each in connections:
        with each:
            each.recv(1)


def idle_ends_unheard(wire):
    """The same, but the far host is gone meanwhile, as one that sleeps."""
    go = threading.Event()
    wire.serve(80, lambda connection: go.wait(10))
    connections = [wire.connect(80) for _ in range(6)]
    with inside(wire.far):
        run("iptables", "-A", "INPUT", "-p", "tcp", "--sport", "80", "-j", "DROP")
        run("iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", "80", "-j", "DROP")
    wire.record()
    go.set()
    time.sleep(2)
    for each in connections:
        each.close()


def idle_ends_refused(wire):
    """The same, but the far host knows nothing of them any more, as after a restart."""
    go = threading.Event()
    wire.serve(80, lambda connection: go.wait(10))
    forget(wire.far, [wire.connect(80) for _ in range(6)])
    wire.record()
    go.set()


def gone(wire):
    """A far host goes away while it has six connections, which the near one then ends; all of it is recorded."""
    go = threading.Event()
    wire.serve(80, lambda connection: go.wait(10))
    wire.record()
    connections = [wire.connect(80) for _ in range(6)]
    with inside(wire.far):
        run("iptables", "-A", "INPUT", "-p", "tcp", "--sport", "80", "-j", "DROP")
        run("iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", "80", "-j", "DROP")
    go.set()
    time.sleep(2)
    for each in connections:
        each.close()


def forgotten(option):
    """The near host knows nothing any more of six connections, older than the capture, which the far one goes on to use."""
    def act(wire):
        held = []
        done = threading.Event()

        def hold(connection):
            held.append(connection)
            done.wait(10)

        for port in OPEN:
            wire.serve(port, hold)
        connections = [wire.connect(port) for port in OPEN]
        while len(held) < len(OPEN):
            time.sleep(0.01)
        forget(wire.near, held)
        wire.record()
        for each in connections:
            if option == "data":
                each.sendall(b"still there?")
            else:
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
                each.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for each in connections:
            with contextlib.suppress(ConnectionResetError), each:
                each.recv(1)
        done.set()
    return act


def forget(namespace, connections):
    """Ends connections without a word."""
    rule = ("OUTPUT", "-p", "tcp", "--tcp-flags", "RST", "RST", "-j", "DROP")
    with inside(namespace):
        run("iptables", "-A", *rule)
        for each in connections:
            reset(each)
        run("iptables", "-D", *rule)


def two_lost(wire):
    """Of six connections at once, the first answer to two is lost."""
    with inside(wire.near):
        for port in OPEN[:2]:
            run("iptables", "-A", "OUTPUT", "-p", "tcp", "--sport", str(port), "-m", "statistic", "--mode", "nth", "--every",
                "1000000", "--packet", "0", "-j", "DROP")
    visits(1)(wire)


def switched_off(wire):
    """None of the services is there, nor anybody who would say so."""
    wire.host((), OPEN)

    def attempt(port):
        with wire.socket() as connection:
            connection.settimeout(2.5)
            connection.connect_ex((NEAR, port))

    in_parallel(attempt, OPEN)


def browser(wire):
    wire.host()
    in_parallel(wire.ask, [port for port in OPEN[:5] for _ in range(6)])


def visits(rounds):
    """Several ports at once, again and again."""
    def act(wire):
        wire.host(OPEN, ())
        for _ in range(rounds):
            in_parallel(wire.ask, OPEN)
    return act


def translated(wire):
    """Four clients behind one address."""
    for n in range(1, 5):
        run("ip", "-n", wire.far, "address", "add", f"10.97.0.{n}/32", "dev", "lo")
    with inside(wire.far):
        run("iptables", "-t", "nat", "-A", "POSTROUTING", "-s", "10.97.0.0/24", "-j", "SNAT", "--to", FAR)
    wire.host(OPEN, ())
    in_parallel(lambda each: wire.ask(each[1], f"10.97.0.{each[0]}"),
                [(n, port) for n in range(1, 5) for port in OPEN[n - 1:n + 2]])


def forwarded(wire):
    """Six ports that lead to one."""
    with inside(wire.near):
        run("iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "--dport", "8001:8006", "-j", "REDIRECT", "--to", "80")
    wire.host((80,), ())
    in_parallel(wire.ask, range(8001, 8007))
