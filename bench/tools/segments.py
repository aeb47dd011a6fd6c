"""TCP segments of capture files, read as plainly as can be: slow, and with nothing in common with tcptracker's own reader.

pcap and pcapng, packed with gzip or not; Ethernet with VLAN tags, raw IP, BSD loopback. What else there is is left out.
"""
import collections
import gzip
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32

# time in nanoseconds; flags is None where the header is cut off before them; size is that of the payload
Segment = collections.namedtuple("Segment", "time source destination source_port port flags size fragmented")


def segments(path):
    """All segments of a file, by their time."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    packets = pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else pcap(data)
    return sorted(segments_of(packets), key=lambda segment: segment.time)


def segments_of(packets):
    pieces = {}
    for time, link, packet in packets:
        family, packet = network(link, packet)
        try:
            segment = (ipv4 if family == 4 else ipv6)(time, packet, pieces) if family else None
        except (struct.error, IndexError):
            continue  # cut short
        if segment:
            yield segment


def pcap(data):
    """(time, link type, packet) of each, up to where the file is cut off."""
    order, fraction = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000), b"\x4d\x3c\xb2\xa1": ("<", 1),
                       b"\xa1\xb2\x3c\x4d": (">", 1)}[data[:4]]
    link = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        seconds, rest, kept, _ = struct.unpack_from(order + "4I", data, at)
        if at + 16 + kept > len(data):
            return
        yield seconds * 10**9 + rest * fraction, link, data[at + 16:at + 16 + kept]
        at += 16 + kept


def pcapng(data):
    at, order, interfaces = 0, "<", []
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        kind, size = struct.unpack_from(order + "2I", data, at)
        if size < 12 or at + size > len(data):
            return
        body = data[at + 8:at + size - 4]
        if kind == 1:
            interfaces.append((struct.unpack_from(order + "H", body)[0], resolution(order, body[8:])))
        elif kind == 6:
            interface, high, low, kept = struct.unpack_from(order + "4I", body)
            link, per_second = interfaces[interface]
            yield (high << 32 | low) * 10**9 // per_second, link, body[20:20 + kept]
        at += size


def resolution(order, options):
    """Ticks a second."""
    while len(options) >= 4:
        code, size = struct.unpack_from(order + "2H", options)
        if code == 9:
            return 2 ** (options[4] & 0x7F) if options[4] & 0x80 else 10 ** options[4]
        if code == 0:
            break
        options = options[4 + (size + 3) // 4 * 4:]
    return 10**6


def network(link, packet):
    """4 or 6 and the IP packet, or 0."""
    if link == 1:
        at = 12
        while packet[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
            at += 4
        return {b"\x08\x00": 4, b"\x86\xdd": 6}.get(packet[at:at + 2], 0), packet[at + 2:]
    if link == 0:
        packet = packet[4:]
    elif link not in (12, 101, 228, 229):
        return 0, packet
    return (packet[0] >> 4 if packet and packet[0] >> 4 in (4, 6) else 0), packet


def ipv4(time, packet, pieces):
    if packet[9] != 6:
        return None
    header = (packet[0] & 15) * 4
    length, identifier, place = struct.unpack_from(">3H", packet, 2)
    source, destination = (str(ipaddress.IPv4Address(packet[at:at + 4])) for at in (12, 16))
    body = packet[header:length or len(packet)]
    if not place & 0x3FFF:
        return tcp(time, source, destination, body, length - header, False)
    # Of the parts no more is needed than makes up the header, and in its place.
    key = source, destination, identifier
    whole = pieces.setdefault(key, {})
    whole[(place & 0x1FFF) * 8] = body
    start = b""
    while len(start) in whole and whole[len(start)]:
        start += whole[len(start)]
    if len(start) < 14:
        return None
    if sum(map(len, whole.values())) - len(body) >= 14 and (place & 0x1FFF) * 8 >= 14:
        return None  # was told of already
    return tcp(time, source, destination, start, len(start), True)


def ipv6(time, packet, pieces):
    following, at = packet[6], 40
    length = struct.unpack_from(">H", packet, 4)[0]
    source, destination = (str(ipaddress.IPv6Address(packet[first:first + 16])) for first in (8, 24))
    while following in (0, 43, 60):
        following, at = packet[at], at + 8 + packet[at + 1] * 8
    if following != 6:
        return None
    return tcp(time, source, destination, packet[at:40 + length], 40 + length - at, False)


def tcp(time, source, destination, body, length, fragmented):
    source_port, port = struct.unpack_from(">2H", body)
    flags = body[13] & 0x3F if len(body) > 13 else None
    size = max(0, length - (body[12] >> 4) * 4) if len(body) > 12 else 0
    return Segment(time, source, destination, source_port, port, flags, size, fragmented)
