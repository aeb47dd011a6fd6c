package io.tcptracker.capture;

import static io.tcptracker.capture.decode.Frames.TIME;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tcptracker.capture.decode.Bytes;
import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.Mutations;
import io.tcptracker.capture.file.BufferedInput;
import io.tcptracker.capture.file.PcapWriter;
import io.tcptracker.capture.file.PcapngWriter;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.PacketSource.CaptureException.Kind;
import io.tcptracker.core.net.Segment;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureFileTest {
    private static final byte[] SYN = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));
    private static final byte[] UDP = Frames.ethernet4(Frames.ipv4(Frames.UDP, Frames.udp()));
    private static final byte[] CUT = Frames.first(SYN, 30);
    private static final byte[] PCAP = new PcapWriter(LITTLE_ENDIAN, PcapWriter.NANOS, 1)
            .packet(TIME, SYN)
            .packet(TIME, UDP)
            .packet(TIME, CUT)
            .packet(TIME, SYN)
            .done();
    private static final byte[] PCAPNG = new PcapngWriter(BIG_ENDIAN)
            .section()
            .device(1, 9, 0)
            .packet(0, TIME, SYN)
            .packet(0, TIME, UDP)
            .oldPacket(0, TIME, CUT)
            .simplePacket(SYN.length, SYN)
            .done();

    private static final int FILES = 3_000;

    @TempDir
    private Path directory = Path.of("");

    static List<byte[]> files() {
        return List.of(
                PCAP,
                PCAPNG,
                Bytes.gzip(PCAP),
                Bytes.gzip(PCAPNG),
                Bytes.gzip(Frames.first(PCAP, 50), Arrays.copyOfRange(PCAP, 50, PCAP.length)),
                Bytes.gzip(Frames.first(PCAPNG, 99), new byte[0], Arrays.copyOfRange(PCAPNG, 99, PCAPNG.length)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void deliversSegmentsOfAFileOfAnyName(byte[] bytes) throws IOException {
        for (String name : List.of("a.pcap", "a.pcapng", "a.gz", "no name to go by")) {
            CaptureFile file = CaptureFile.open(write(name, bytes));
            List<Segment> segments = new ArrayList<>();
            file.run(segments::add);
            file.close();
            assertEquals(List.of(Frames.segment4(Frames.SYN), Frames.segment4(Frames.SYN)), segments);
            assertEquals(4, file.statistics().received());
            assertEquals(1, file.statistics().undecodable().get("truncated"));
            assertEquals(1, file.statistics().undecodableTotal());
            assertEquals(Optional.empty(), file.blindness());
        }
    }

    @Test
    void fileOfAnotherFormatIsRefusedInOneLine() {
        refused("is empty", new byte[0]);
        refused("is empty", Bytes.gzip(new byte[0]));
        refused("damaged at byte 0: the file ends in the middle of the first bytes", new byte[] {1, 2, 3});
        refused("is no capture file: it begins with 68656c6c", "hello, world".getBytes(US_ASCII));
        refused("is no capture file: it begins with a1b2c3d5", Frames.hex("a1b2c3d5 00000000"));
        refused("is no capture file: it begins with 00000000", new byte[1_000]);
        refused("is no capture file", Bytes.gzip(Bytes.gzip(PCAP)));
        refused("gzip", Frames.hex("1f8b"));
        refused("gzip", Frames.hex("1f8b ff"));
        refused("gzip", Frames.hex("1f8b 07 00 00000000 0000"));
        refused("gzip", Frames.hex("1f8b 08 00 00000000 0000"));
    }

    @Test
    void fileThatCanNotBeOpenedFailsInOneLineWithItsKind() throws IOException {
        assertRefused(Kind.MISSING, "does not exist", directory.resolve("missing"));
        assertRefused(Kind.MISSING, "Not a directory", write("file", PCAP).resolve("below"));
        assertRefused(Kind.DAMAGED, "is a directory", directory);
    }

    private static void assertRefused(Kind kind, String reason, Path file) {
        CaptureException failure = refusal(file);
        assertEquals(kind, failure.kind());
        assertEquals(file + ": " + reason, failure.getMessage());
    }

    @Test
    void cutGzipDeliversTheWholePacketsAndIsDamage() throws IOException {
        byte[] packed = Bytes.gzip(PCAP);
        int most = 0;
        for (int length = 2; length < packed.length; length++) {
            Path path = write("cut.gz", Frames.first(packed, length));
            List<Segment> segments = new ArrayList<>();
            String where = "cut to " + length + " of " + packed.length + " bytes";
            try (CaptureFile file = CaptureFile.open(path)) {
                CaptureException e = assertThrows(CaptureException.class, () -> file.run(segments::add), where);
                assertEquals(Kind.DAMAGED, e.kind(), where);
                String message = String.valueOf(e.getMessage());
                assertTrue(message.startsWith(path + ": damaged at byte "), () -> where + ": " + message);
            }
            most = Math.max(most, segments.size());
        }
        assertEquals(2, most, "where but the checksum is cut off, all packets are whole");
    }

    @Test
    void corruptGzipIsDamage() throws IOException {
        byte[] packed = Bytes.gzip(PCAP);
        packed[packed.length - 6] ^= 1; // the checksum
        Path path = write("corrupt.gz", packed);
        List<Segment> segments = new ArrayList<>();
        try (CaptureFile file = CaptureFile.open(path)) {
            CaptureException e = assertThrows(CaptureException.class, () -> file.run(segments::add));
            assertEquals(Kind.DAMAGED, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("the gzip data is corrupt"), e.getMessage());
        }
    }

    /** Whatever the bytes, the worst is an exception of ours; and a small file takes little memory and time. */
    @Test
    void spoiltFilesEndInGoodOrder() throws IOException {
        long seed = 2_026;
        Random random = new Random(seed);
        Path path = directory.resolve("spoilt");
        List<byte[]> originals = files();
        int damaged = 0;
        long allocated = allocated();
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = Mutations.spoil(originals.get(i % originals.size()), random);
            Files.write(path, bytes);
            int number = i;
            try (CaptureFile file = CaptureFile.open(path)) {
                int[] packets = {0};
                file.run(segment -> packets[0]++);
                assertTrue(packets[0] <= 4, () -> describe(seed, number, bytes));
            } catch (CaptureException e) {
                damaged++;
                assertEquals(Kind.DAMAGED, e.kind(), () -> describe(seed, number, bytes));
                assertTrue(e.getMessage() != null && e.getMessage().startsWith(path + ": "), e.getMessage());
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError(describe(seed, number, bytes), e);
            }
        }
        long perFile = (allocated() - allocated) / FILES;
        assertTrue(perFile < 2 * BufferedInput.LARGEST, "a file of 400 bytes took " + perFile + " bytes of memory");
        assertTrue(damaged > FILES / 5, "hardly any of the files were damaged: " + damaged);
    }

    private static String describe(long seed, int number, byte[] bytes) {
        return "seed " + seed + ", file " + number + ": " + Frames.hex(bytes);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void failureOfTheSinkEndsTheRunAndIsThrownOn() throws IOException {
        RuntimeException thrown = new IllegalStateException("enough");
        try (CaptureFile file = CaptureFile.open(write("a", PCAP))) {
            assertSame(
                    thrown,
                    assertThrows(
                            RuntimeException.class,
                            () -> file.run(segment -> {
                                throw thrown;
                            })));
            assertEquals(1, file.statistics().received());
        }
    }

    @Test
    void closingEndsARunOfALongFile() throws Exception {
        for (byte[] bytes : List.of(longFile(), Bytes.gzip(longFile()))) {
            CaptureFile file = CaptureFile.open(write("long", bytes));
            CountDownLatch started = new CountDownLatch(1);
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> {
                assertDoesNotThrow(() -> file.run(segment -> started.countDown()));
            });
            assertTrue(started.await(10, TimeUnit.SECONDS));
            file.close();
            run.get(1, TimeUnit.SECONDS);
            file.close();
        }
    }

    @Test
    void closingBeforeTheRunLeavesNothingToRun() throws IOException {
        CaptureFile file = CaptureFile.open(write("a", PCAP));
        file.close();
        file.run(segment -> {
            throw new AssertionError("delivered after close");
        });
    }

    private static byte[] longFile() {
        PcapWriter writer = new PcapWriter(LITTLE_ENDIAN, PcapWriter.NANOS, 1);
        for (int i = 0; i < 100_000; i++) {
            writer.packet(TIME + i, SYN);
        }
        return writer.done();
    }

    @Test
    void closingEndsARunThatWaitsForAPipe() throws Exception {
        Path pipe = pipe();
        CompletableFuture<OutputStream> writer = CompletableFuture.supplyAsync(() -> opened(pipe));
        CaptureFile file = CaptureFile.open(pipe);
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Void> run =
                CompletableFuture.runAsync(() -> assertDoesNotThrow(() -> file.run(segment -> started.countDown())));
        try (OutputStream out = writer.get(10, TimeUnit.SECONDS)) {
            out.write(PCAP);
            assertTrue(started.await(10, TimeUnit.SECONDS));
            file.close();
            run.get(1, TimeUnit.SECONDS);
        }
    }

    @Test
    void aPipeDeliversEachPacketAsItComes() throws Exception {
        for (boolean packed : List.of(false, true)) {
            Path pipe = pipe();
            CompletableFuture<OutputStream> writer = CompletableFuture.supplyAsync(() -> opened(pipe));
            CaptureFile file = CaptureFile.open(pipe);
            assertEquals(OptionalLong.empty(), file.size());
            BlockingQueue<Segment> segments = new LinkedBlockingQueue<>();
            CompletableFuture<Void> run =
                    CompletableFuture.runAsync(() -> assertDoesNotThrow(() -> file.run(segments::add)));
            OutputStream raw = writer.get(10, TimeUnit.SECONDS);
            try (OutputStream out = packed ? new GZIPOutputStream(raw, true) : raw) {
                int header = new PcapWriter(LITTLE_ENDIAN, PcapWriter.NANOS, 1).size();
                byte[] packet = Arrays.copyOfRange(PCAP, header, header + 16 + SYN.length);
                out.write(PCAP, 0, header);
                for (int i = 0; i < 3; i++) {
                    out.write(packet);
                    out.flush();
                    assertEquals(Frames.segment4(Frames.SYN), segments.poll(10, TimeUnit.SECONDS));
                }
            }
            run.get(10, TimeUnit.SECONDS);
            Files.delete(pipe);
        }
    }

    private Path pipe() {
        Path pipe = directory.resolve("pipe");
        Shell.run("mkfifo", pipe.toString()).orThrow();
        return pipe;
    }

    private static OutputStream opened(Path pipe) {
        try {
            return Files.newOutputStream(pipe);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void segmentsWithinConnectionsAreNotDeliveredAndAllocateNothing() throws IOException {
        byte[] ack = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.ACK)));
        PcapWriter writer = new PcapWriter(LITTLE_ENDIAN, PcapWriter.NANOS, 1).packet(TIME, SYN);
        for (int i = 0; i < 100_000; i++) {
            writer.packet(TIME, ack);
        }
        Path path = write("acks", writer.done());
        long allocated = allocated();
        List<Segment> segments = new ArrayList<>();
        try (CaptureFile file = CaptureFile.open(path)) {
            file.run(segments::add);
            assertEquals(100_001, file.statistics().received());
            assertEquals(OptionalLong.of(Files.size(path)), file.size());
            assertEquals(Files.size(path), file.bytesRead());
        }
        assertEquals(List.of(Frames.segment4(Frames.SYN)), segments);
        assertTrue(allocated() - allocated < 100_000, "took " + (allocated() - allocated) + " bytes of memory");
    }

    @Test
    void answersProbesAndTinyFragmentsAreDeliveredInTheirOrder() throws IOException {
        PcapWriter writer = new PcapWriter(LITTLE_ENDIAN, PcapWriter.NANOS, 1);
        List<Segment> wanted = new ArrayList<>();
        for (int flags = 0; flags < 64; flags++) {
            writer.packet(TIME, Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(flags))));
            Segment segment = Frames.segment4(flags);
            boolean probe = (flags & Frames.ACK) == 0;
            if (probe || segment.isAttempt() || segment.isAnswer()) {
                wanted.add(segment);
            }
        }
        byte[] head = Frames.first(Frames.tcp(Frames.SYN), 8);
        writer.packet(TIME, Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.MORE_FRAGMENTS, new byte[0], head)));
        wanted.add(Frames.segment4(Segment.FRAGMENT));
        List<Segment> segments = new ArrayList<>();
        try (CaptureFile file = CaptureFile.open(write("kinds", writer.done()))) {
            file.run(segments::add);
            assertEquals(1, file.statistics().undecodable().get("tiny_fragment"));
        }
        assertEquals(wanted, segments);
    }

    @ParameterizedTest
    @MethodSource("files")
    void onlyAtItsEndAFileTellsThatNoMoreWillCome(byte[] bytes) throws IOException {
        Silences silences = new Silences();
        try (CaptureFile file = CaptureFile.open(write("whole", bytes))) {
            file.run(silences);
        }
        assertTrue(silences.told.size() > 1, "nothing told before the end");
        assertEquals(Long.MAX_VALUE, silences.told.remove(silences.told.size() - 1));
        assertEquals(Set.of(Long.MIN_VALUE), Set.copyOf(silences.told));

        Silences damaged = new Silences();
        try (CaptureFile file = CaptureFile.open(write("cut", Frames.first(bytes, bytes.length - 1)))) {
            assertThrows(CaptureException.class, () -> file.run(damaged));
        }
        assertEquals(Set.of(Long.MIN_VALUE), Set.copyOf(damaged.told));
    }

    @Test
    void aSinkThatThrowsIsNotToldThatNoMoreWillCome() throws IOException {
        Silences silences = new Silences();
        silences.taken = () -> {
            throw new IllegalStateException("enough");
        };
        try (CaptureFile file = CaptureFile.open(write("a", PCAP))) {
            assertThrows(IllegalStateException.class, () -> file.run(silences));
        }
        assertEquals(Set.of(Long.MIN_VALUE), Set.copyOf(silences.told));
    }

    @Test
    void afterAFileIsClosedNoMoreWillCome() throws IOException {
        Silences silences = new Silences();
        try (CaptureFile file = CaptureFile.open(write("long", longFile()))) {
            silences.taken = file::close;
            file.run(silences);
        }
        assertEquals(Long.MAX_VALUE, silences.told.get(silences.told.size() - 1));
    }

    private static final class Silences implements PacketSource.Sink {
        private final List<Long> told = new ArrayList<>();
        private Runnable taken = () -> {};

        @Override
        public void accept(Segment segment) {
            taken.run();
        }

        @Override
        public void idle(long until) {
            told.add(until);
        }
    }

    /** The writer of these tests against programs that others trust. */
    @Test
    @Needs(programs = {"tcpdump", "tshark"})
    void otherProgramsFindTheSameInOurFiles() throws IOException {
        for (byte[] bytes : List.of(PCAP, Bytes.gzip(PCAP), PCAPNG)) {
            Path path = write("other", bytes);
            List<String> times = Shell.run(
                            "tshark", "-n", "-r", path.toString(), "-T", "fields", "-e", "frame.time_epoch")
                    .orThrow()
                    .lines()
                    .toList();
            assertEquals(4, times.size());
            assertEquals(BigDecimal.valueOf(TIME, 9), new BigDecimal(times.get(0)));
        }
        for (byte[] bytes : List.of(PCAP, PCAPNG)) {
            String out = Shell.run(
                            "tcpdump",
                            "--nano",
                            "-tt",
                            "-n",
                            "-r",
                            write("other", bytes).toString(),
                            "tcp[13] = 2")
                    .orThrow();
            assertTrue(out.startsWith("1700000000.123456789 IP 192.0.2.1.40000 > 198.51.100.2.80: Flags [S]"), out);
        }
    }

    /** A packed file a thousand times its size is read piece by piece. */
    @Test
    void aFileThatUnpacksToALotTakesLittleMemory() throws IOException {
        PcapngWriter writer = new PcapngWriter(LITTLE_ENDIAN).section().device(1);
        Bytes nothing = writer.body().add(new byte[40_000_000]);
        Path path = write(
                "bomb",
                Bytes.gzip(writer.block(0x0bad, nothing).packet(0, 1, SYN).done()));
        long allocated = allocated();
        List<Segment> segments = new ArrayList<>();
        try (CaptureFile file = CaptureFile.open(path)) {
            file.run(segments::add);
        }
        assertEquals(1, segments.size());
        assertTrue(allocated() - allocated < 2_000_000, "took " + (allocated() - allocated) + " bytes of memory");
    }

    private void refused(String why, byte[] bytes) {
        CaptureException e = refusal(write("refused", bytes));
        assertEquals(Kind.DAMAGED, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains(why), () -> why + ": " + e.getMessage());
    }

    private static CaptureException refusal(Path path) {
        CaptureException e = assertThrows(CaptureException.class, () -> {
            try (CaptureFile file = CaptureFile.open(path)) {
                file.run(segment -> {});
            }
        });
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(path + ": "), message);
        assertEquals(1, message.lines().count(), message);
        return e;
    }

    private Path write(String name, byte[] bytes) {
        try {
            return Files.write(directory.resolve(name), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
