"""The rules with evidence, as plain and slow as can be, to compare with: they keep everything, and look at all of it again at
each moment at which something may have changed.

A source is a scanner once it tried more than so many distinct ports of a destination within a window, of which at least so
many were refused or silent. A port's age is that of its latest probe. It is

  answered  by a SYN-ACK to any of its probes in the window, whatever came besides (a bare ACK, FIN, ... by anything but RST)
  refused   by a RST
  silent    if nothing came within a timeout after a probe

Of answers, those count that go back to where the probe came from. A probe is a SYN without ACK; with evidence also what
begins a flow without SYN and without payload, and is no part of one that was there: nothing at all, FIN, FIN with ACK, FIN
with PSH and URG, ACK.
"""
import collections
import ipaddress

from segments import ACK, FIN, PSH, RST, SYN, URG

SECOND = 10**9
KINDS = {0: "null", FIN: "fin", FIN | PSH | URG: "xmas", ACK: "ack", FIN | ACK: "ack"}

# outcomes are (what, when); completed is when the source finished the handshake, if it did
Probe = collections.namedtuple("Probe", "time source destination port kind outcomes completed")
Verdict = collections.namedtuple("Verdict", "time source destination kind tried answered refused silent")
# Whom a rule watches, as (source, destination), and what of theirs it counts: more than so many within so many nanoseconds
Rule = collections.namedtuple("Rule", "watched counted most window")


def prefix_of(address):
    given = ipaddress.ip_address(address)
    return address if given.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


PAIR = lambda probe: (probe.source, probe.destination)
PORT = lambda probe: probe.port
RULES = {
    "vertical": Rule(PAIR, PORT, 3, 60 * SECOND),
    "prefix": Rule(lambda probe: (prefix_of(probe.source), probe.destination), PORT, 3, 60 * SECOND),
    "slow": Rule(PAIR, PORT, 20, 3600 * SECOND),
    # Of one port each.
    "sweep": Rule(lambda probe: (probe.source, "*", probe.port), lambda probe: probe.destination, 20, 60 * SECOND),
}


def kind_of(segment, begins):
    """What a segment tries; None if it is no probe."""
    if segment.flags is None:
        return None
    if segment.flags & (SYN | ACK) == SYN:
        return "fragmented" if segment.fragmented else "syn"
    return KINDS.get(segment.flags) if begins and not segment.size else None


def probes(segments, timeout):
    flows = collections.defaultdict(list)
    for segment in segments:
        ends = (segment.source, segment.source_port), (segment.destination, segment.port)
        flows[min(ends), max(ends)].append(segment)
    end = segments[-1].time if segments else 0
    found = []
    for flow in flows.values():
        for at, segment in enumerate(flow):
            kind = kind_of(segment, at == 0)
            if kind:
                found.append(probe(segment, kind, flow[at + 1:], segment.time + timeout, end))
    return found


def probe(segment, kind, later, deadline, end):
    from_source = lambda each: (each.source, each.source_port) == (segment.source, segment.source_port)
    later = [each for each in later if each.flags is not None]
    opens = kind in ("syn", "fragmented")
    answers = [each for each in later if not from_source(each)
               and (each.flags & RST or not opens or each.flags & (SYN | ACK) == SYN | ACK)]
    outcomes, completed = [], None
    # Of the last moments of a file nobody knows.
    if (not answers or answers[0].time > deadline) and deadline <= end:
        outcomes.append(("silent", deadline))
    if answers:
        refused = answers[0].flags & RST
        outcomes.append(("refused" if refused else "answered", answers[0].time))
        if opens and not refused:
            completed = next((each.time for each in later if from_source(each) and each.time > answers[0].time
                              and each.flags & (SYN | RST | ACK) == ACK), None)
    return Probe(segment.time, segment.source, segment.destination, segment.port, kind, outcomes, completed)


def verdicts(segments, rule="vertical", unanswered=0, timeout=SECOND):
    """The first verdict on each that a rule watches; if none need be unanswered, by the SYNs alone."""
    rule = RULES[rule]
    watched = collections.defaultdict(list)
    for each in probes(segments, timeout):
        if unanswered or each.kind in ("syn", "fragmented"):
            watched[rule.watched(each)].append(each)
    found = []
    for (source, destination, *_), tried in watched.items():
        if len(set(map(rule.counted, tried))) <= rule.most:
            continue
        moments = {each.time for each in tried} | {time for each in tried for _, time in each.outcomes}
        for now in sorted(moments):
            recent = [each for each in tried if now - rule.window <= each.time <= now]
            states = judge(recent, rule, now)
            lists = [sorted(what for what in states if states[what] == state) for state in ("answered", "refused", "silent")]
            if len(states) > rule.most and len(lists[1]) + len(lists[2]) >= unanswered:
                found.append(Verdict(now, source, destination, name(recent, now), sorted(states), *lists))
                break
    return found


def judge(recent, rule, now):
    """What became of each thing tried."""
    known = collections.defaultdict(set)
    for each in recent:
        known[rule.counted(each)].update(outcome for outcome, time in each.outcomes if time <= now)
    return {tried: next((state for state in ("answered", "refused", "silent") if state in known[tried]), "waiting")
            for tried in known}


def name(recent, now):
    kinds = collections.Counter(each.kind for each in recent)
    if "fragmented" in kinds:
        return "fragmented"
    most = kinds.most_common(1)[0][0]
    completed = any(each.completed and each.completed <= now for each in recent)
    return "connect" if most == "syn" and completed else most
