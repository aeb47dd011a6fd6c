package io.tcptracker.cli.testing;

import io.tcptracker.core.net.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A capture file in the making: little-endian, microseconds, raw IP packets. Times are milliseconds after {@value #START}. */
public final class PcapBuilder {
    /** 2023-11-14T22:13:20Z. */
    static final long START = 1_700_000_000;

    private static final int PORT = 40_000;

    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    private static final int RAW_IP = 101;

    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

    public PcapBuilder() {
        bytes.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(RAW_IP);
    }

    public PcapBuilder syn(long millis, String source, String destination, int port) {
        return tcp(millis, source, PORT, destination, port, SYN);
    }

    public PcapBuilder synAck(long millis, String source, String destination, int port) {
        return tcp(millis, source, PORT, destination, port, SYN | ACK);
    }

    /** A SYN, and after a millisecond the SYN-ACK that answers it. */
    public PcapBuilder answered(long millis, String source, String destination, int port) {
        return syn(millis, source, destination, port).back(millis + 1, source, destination, port, SYN | ACK);
    }

    /** A SYN, and after a millisecond the RST that refuses it. */
    public PcapBuilder refused(long millis, String source, String destination, int port) {
        return syn(millis, source, destination, port).back(millis + 1, source, destination, port, RST | ACK);
    }

    public PcapBuilder fin(long millis, String source, String destination, int port) {
        return tcp(millis, source, PORT, destination, port, FIN);
    }

    private PcapBuilder back(long millis, String to, String from, int port, int flags) {
        return tcp(millis, from, port, to, PORT, flags);
    }

    private PcapBuilder tcp(long millis, String source, int sourcePort, String destination, int port, int flags) {
        byte[] from = IpAddress.parse(source).toBytes();
        byte[] to = IpAddress.parse(destination).toBytes();
        ByteBuffer packet = ByteBuffer.allocate(from.length == 4 ? 40 : 60);
        if (from.length == 4) {
            packet.putInt(0x45000028).putInt(0).putInt(0x40060000);
        } else {
            packet.putInt(0x60000000).putInt(0x00140640);
        }
        packet.put(from).put(to);
        packet.putShort((short) sourcePort).putShort((short) port).putLong(0).putShort((short) (0x5000 | flags));
        return packet(millis, packet.array());
    }

    public PcapBuilder packet(long millis, byte[] packet) {
        bytes.putInt((int) (START + millis / 1000)).putInt((int) (millis % 1000) * 1000);
        bytes.putInt(packet.length).putInt(packet.length).put(packet);
        return this;
    }

    /** Cuts the last bytes off. */
    public PcapBuilder cut(int count) {
        bytes.position(bytes.position() - count);
        return this;
    }

    public Path write(Path file) throws IOException {
        byte[] content = new byte[bytes.position()];
        bytes.get(0, content);
        return Files.write(file, content);
    }
}
