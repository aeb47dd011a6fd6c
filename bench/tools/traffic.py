"""Captures of which is known what is in them: of real scanners and of ordinary clients."""
import collections
import concurrent.futures
import ipaddress
import shutil
import subprocess

import model
import segments
from scenes import (browser, client_resets, crowd, curl, forgotten, forwarded, ftp, gone, idle_ends, idle_ends_refused,
                    idle_ends_unheard, later_reset, nmap, older, reboot, restart, rpc, server_resets, stretched, sweep,
                    switched_off, tool, translated, two_down, two_lost, visits)
from segments import ACK, RST, SYN
from wire import COUNT, CROWD, FAR, FAR6, NEAR, NEAR6, OPEN, PORTS, Failed, Wire

LABEL = "file source destination hostile kind both rule judged what".split()
Label = collections.namedtuple("Label", LABEL)

# has: of what the label speaks there must be so much at the least; ports are those tried, the rest are ports too
Scenario = collections.namedtuple(
    "Scenario", "name act what hostile kind has source destination rule judged tools wire quick more")


def scenario(name, act, what, kind="-", has=(), source=FAR, destination=NEAR, rule="vertical", judged="yes", tools=(),
             wire=(), quick=True, more=()):
    return Scenario(name, act, what, kind != "-", kind, dict(has), source, destination, rule, judged, tools, dict(wire),
             quick,
                    more)


EITHER = "connect|syn"
ALL = {"ports": COUNT, "answered": len(OPEN), "refused": 10}
NO_SYN = {"ports": COUNT, "refused": 10}
DECOYS = ("198.51.100.1", "198.51.100.2", "198.51.100.3")

SCENARIOS = (
    scenario("syn", nmap("-sS"), "nmap -sS", "syn", ALL),
    scenario("connect", nmap("-sT"), "nmap -sT", EITHER, ALL),
    scenario("fin", nmap("-sF"), "nmap -sF", "fin", NO_SYN),
    scenario("null", nmap("-sN"), "nmap -sN", "null", NO_SYN),
    scenario("xmas", nmap("-sX"), "nmap -sX", "xmas", NO_SYN),
    scenario("ack", nmap("-sA"), "nmap -sA", "ack", {"ports": COUNT, "refused": 16}),
    scenario("maimon", nmap("-sM"), "nmap -sM", "ack", {"ports": COUNT, "refused": 10}),
    scenario("window", nmap("-sW"), "nmap -sW", "ack", {"ports": COUNT, "refused": 16}),
    scenario("syn6", nmap("-6", "-sS", target=NEAR6), "nmap -6 -sS", "syn", ALL, FAR6, NEAR6),
    scenario("connect6", nmap("-6", "-sT", target=NEAR6), "nmap -6 -sT", EITHER, ALL, FAR6, NEAR6),
    scenario("fragmented", nmap("-sS", "-f"), "nmap -f -sS", "fragmented", ALL),
    scenario("decoys", nmap("-sS", "-D", ",".join((*DECOYS[:2], "ME", *DECOYS[2:]))), "nmap -D, the real one", "syn", ALL,
             more=[(decoy, NEAR, "nmap -D, a forged source", "no: whoever has this address did nothing")
                   for decoy in DECOYS]),
    scenario("syn-t1", nmap("-sS", "-T1", ports="1,2,22,80,3", seconds=200), "nmap -T1, 5 ports", "syn",
             {"ports": 5, "answered": 2, "refused": 3}, quick=False),
    scenario("syn-t2", nmap("-sS", "-T2", seconds=120), "nmap -T2", "syn", ALL, quick=False),
    scenario("syn-t4", nmap("-sS", "-T4"), "nmap -T4", "syn", ALL),
    scenario("syn-t5", nmap("-sS", "-T5"), "nmap -T5", "syn", ALL),
    scenario("syn-1000", nmap("-sS", ports=None, seconds=120), "nmap -sS, its 1000 ports", "syn",
             {"ports": 1000, "answered": 5, "refused": 900}, quick=False),
    scenario("syn-4", nmap("-sS", ports="3,22,25,443"), "nmap -sS, 4 ports: 1 closed, 1 filtered, 2 open", "syn",
             {"ports": 4, "answered": 2, "refused": 1}),
    scenario("syn-4-closed", nmap("-sS", ports="3-6"), "nmap -sS, 4 ports, all closed", "syn", {"ports": 4, "refused": 4}),
    scenario("connect-4", nmap("-sT", ports="3,4,22,443"), "nmap -sT, 4 ports, 2 of them closed", EITHER,
             {"ports": 4, "answered": 2, "refused": 2}),
    scenario("syn-silent", nmap("-sS", opened=(), filtered=(f"1:{COUNT}",), ports=f"1-{COUNT}"),
             "nmap -sS, all ports filtered", "syn", {"ports": COUNT}),
    scenario("syn-4-open", nmap("-sS", ports="22,80,443,8080"), "nmap -sS, 4 ports, all open", "syn",
             {"ports": 4, "answered": 4}, judged="no: nothing is refused"),
    scenario("masscan", tool("masscan", NEAR, "-p", PORTS, "--rate", "200", "--wait", "1", "-e", "eth0", "--adapter-ip", FAR,
                             "--router-mac", "02-00-00-00-00-01"), "masscan", "syn", ALL, tools=("masscan",)),
    scenario("hping3", tool("hping3", "-q", "-S", "-p", "++1", "-c", "12", "-i", "u20000", NEAR), "hping3 -S -p ++1", "syn",
             {"ports": 12, "refused": 12}, tools=("hping3",)),
    scenario("hping3-scan", tool("hping3", "-S", "--scan", "1-30", NEAR), "hping3 --scan", "syn",
             {"ports": 30, "answered": 1, "refused": 25}, tools=("hping3",)),
    scenario("crowd6", crowd(False), "12 sources of one /64, a port each", EITHER,
             {"ports": 12, "answered": 2, "refused": 10}, CROWD, NEAR6, "prefix"),
    scenario("sweep", sweep, "nmap -sS of one port of 40 hosts", "syn", {"hosts": 40, "refused": 1}, destination="*",
             rule="sweep"),
    scenario("slow-90s", stretched(90, "1-20,22,25,80,443,8080", 25), "nmap -sS, 25 ports, stretched to one each 90 s", "syn",
             {"ports": 25, "answered": 4, "refused": 20}, rule="slow"),
    scenario("slow-t0", stretched(300, "1-4,22,25", 6), "nmap -sS, 6 ports, stretched to one each 5 min, as by -T0", "syn",
             {"ports": 6, "answered": 1, "refused": 4}, rule="slow", judged="no: less than any rule here asks for"),

    scenario("curl", curl, "curl of 6 ports at once", has={"ports": 6, "answered": 6}, tools=("curl",)),
    scenario("ftp-passive", ftp(True), "FTP, passive, 20 files", has={"ports": 21, "answered": 21}),
    scenario("ftp-active", ftp(False), "FTP, active, 20 files: from server to client", has={"ports": 20, "answered": 20},
             source=NEAR, destination=FAR),
    scenario("rpc", rpc, "8 ports as of Windows RPC, one of them closed", has={"ports": 8, "answered": 7, "refused": 1}),
    scenario("client-resets", client_resets, "a client that resets its connections to 6 ports",
             has={"ports": 6, "answered": 6, "resets": 6}),
    scenario("server-resets", server_resets, "a server that resets connections to 6 ports at once",
             has={"ports": 6, "answered": 6, "reset": 6}),
    scenario("restart", restart, "6 ports, one of which is refused for a second",
             has={"ports": 6, "answered": 6, "refused": 1}),
    scenario("later-reset", later_reset, "6 connections that are reset after a while",
             has={"ports": 6, "answered": 6, "reset": 6}),
    scenario("older", older, "6 connections older than the capture; they are used, reset and made again",
             has={"ports": 6, "answered": 6, "reset": 6}),
    scenario("idle-ends", idle_ends, "a server that ends 6 connections older than the capture",
             has={"others": 6}, source=NEAR, destination=FAR),
    scenario("idle-ends-unheard", idle_ends_unheard,
             "a server that ends 6 connections older than the capture; the client is gone",
             has={"others": 6}, source=NEAR, destination=FAR),
    scenario("idle-ends-refused", idle_ends_refused,
             "a server that ends 6 connections older than the capture; the client refuses them",
             has={"others": 6, "refused": 1}, source=NEAR, destination=FAR,
             judged="no: as long as nobody saw them begin it is what nmap -sM is"),
    scenario("gone", gone, "a client that goes away, and a server that ends its 6 connections", has={"others": 6},
             source=NEAR, destination=FAR),
    scenario("forgotten", forgotten("data"),
             "a client of 6 connections older than the capture, of which the server knows no more",
             has={"others": 6, "reset": 6}),
    scenario("forgotten-idle", forgotten("keep-alive"), "the same, but the client sends keep-alives alone",
             has={"others": 6, "reset": 6}, judged="no: as long as nobody saw them begin it is what nmap -sA is"),
    scenario("two-lost", two_lost, "6 ports at once, of which the first answers of 2 are lost",
             has={"ports": 6, "answered": 6}),
    scenario("switched-off", switched_off, "6 ports of a host that is off", has={"ports": 6},
             judged="no: by what is silent it is a scan"),
    scenario("browser", browser, "6 connections at once to each of 5 ports", has={"ports": 5, "answered": 5}),
    scenario("slow-server", visits(2), "6 ports that answer after 300 ms", has={"ports": 6, "answered": 6},
             wire={"delay": 0.15, "afar": True}),
    scenario("lossy-5", visits(6), "6 ports, 5 % of the packets lost each way", has={"ports": 6, "answered": 6},
             wire={"loss": 0.05}),
    scenario("lossy-10", visits(6), "6 ports, 10 % of the packets lost each way", has={"ports": 6, "answered": 6},
             wire={"loss": 0.10}, quick=False),
    scenario("lossy-5-afar", visits(6), "the same 5 %, recorded where SYNs are not lost yet and answers are",
             has={"ports": 6, "answered": 6}, judged="no: chance, see two-lost", wire={"loss": 0.05, "afar": True}),
    scenario("lossy-10-afar", visits(6), "the same 10 %, recorded there", has={"ports": 6, "answered": 6},
             judged="no: chance, see two-lost", wire={"loss": 0.10, "afar": True}, quick=False),
    scenario("translated", translated, "4 clients behind one address, 3 ports each", has={"ports": 6, "answered": 6}),
    scenario("forwarded", forwarded, "6 ports that lead to one", has={"ports": 6, "answered": 6}),
    scenario("crowd6-open", crowd(True), "12 sources of one /64, an open port each",
             has={"ports": 12, "answered": 12}, source=CROWD, destination=NEAR6),
    scenario("reboot", reboot, "6 ports, all of which are refused for a second",
             has={"ports": 6, "answered": 6, "refused": 6}, judged="no: until it is answered it is what a scan is"),
    scenario("two-down", two_down, "6 ports, 2 of which are closed", has={"ports": 6, "answered": 4, "refused": 2},
             judged="no: by what is refused it is a scan"),
)


def among(address, label):
    """Whether an address is the one of a label, or in its prefix."""
    return label == "*" or ipaddress.ip_address(address) in ipaddress.ip_network(label)


def contents(found, label):
    """How many ports of the destination were tried as the label says, and so on."""
    there = [each for each in found if among(each.source, label.source) and among(each.destination, label.destination)]
    back = [each for each in found if among(each.destination, label.source) and among(each.source, label.destination)]
    kinds = {"connect|syn": ("syn",), "-": ("syn",)}.get(label.kind, (label.kind,))
    ports = lambda some: len({each.port for each in some})
    from_ports = lambda some: len({each.source_port for each in some})
    answered = {(each.source, each.source_port, each.port) for each in back if each.flags & (SYN | ACK) == SYN | ACK}
    resets = [each for each in back if each.flags & RST]
    opened = lambda each: (each.source, each.source_port, each.port) in answered
    return {
        "ports": ports(each for each in there if model.kind_of(each, True) in kinds),
        "hosts": len({each.destination for each in there if model.kind_of(each, True) in kinds}),
        "answered": len({port for _, port, _ in answered}),
        "refused": from_ports(each for each in resets if not opened(each)),
        "reset": from_ports(resets),
        "resets": ports(each for each in there if each.flags & RST),
        "others": ports(there),
    }


def make(each, directory):
    """One capture and its labels."""
    path = f"{directory}/{each.name}.pcap"
    with Wire(path, **each.wire) as wire:
        each.act(wire)
        if wire.recorder:
            wire.finish()
    found = segments.segments(path)
    pairs = [(each.source, each.destination, each.what, each.judged), *each.more]
    labels = [Label(each.name + ".pcap", source, destination, "yes" if each.hostile else "no", each.kind, "yes", each.rule,
                    judged, what) for source, destination, what, judged in pairs]
    for label in labels:
        holds = contents(found, label)
        lacking = [f"{holds[what]} {what} instead of {least}" for what, least in each.has.items() if holds[what] < least]
        if lacking:
            raise Failed(f"of {label.source} it holds {', '.join(lacking)}")
    return labels


def generate(directory, scenarios, jobs, say):
    """Makes the captures, some at a time, those that take long first; raises Failed."""
    order = sorted(scenarios, key=lambda each: each.quick)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        made = {each.name: pool.submit(make, each, directory) for each in order}
        labels = []
        for name, future in made.items():
            try:
                labels += future.result()
                say(name)
            except BaseException as e:
                for other in made.values():
                    other.cancel()
                if isinstance(e, (Failed, OSError, subprocess.SubprocessError)):
                    raise Failed(f"{name}: {e}") from e
                raise
    return labels


def missing(each):
    """The program that a scenario needs and that isn't there, or none."""
    return next((tool for tool in each.tools if not shutil.which(tool)), None)
