package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Captures on a veth device of a network namespace, while another namespace sends; with each engine. */
@ParameterizedClass
@EnumSource(Engine.class)
@Needs(
        namespaces = true,
        programs = {"ip", "nmap", "tcpdump", "tcpreplay", "setpriv"})
@Timeout(120)
class LiveCaptureTest {
    private static final String WANTED4 = "(tcp and (tcp[13] & 6 != 0 or tcp[13] & 0x10 = 0))";
    private static final String WANTED6 = "(ip6[6] = 6 and (ip6[53] & 6 != 0 or ip6[53] & 0x10 = 0))";

    @TempDir
    private Path directory = Path.of("");

    private final Engine engine;

    @AutoClose
    private final Network network = new Network();

    LiveCaptureTest(Engine engine) {
        this.engine = engine;
    }

    @Test
    void countsEverySynOfAScanAndEveryAnswer() throws Exception {
        Path dump = directory.resolve("dump.pcap");
        Process tcpdump = Network.start(network.onHost(
                "tcpdump",
                "-B",
                "16384",
                "-s",
                "128",
                "-i",
                Network.DEVICE,
                "-U",
                "-w",
                dump.toString(),
                WANTED4 + " or " + WANTED6));
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            awaitExists(dump);
            Shell.run(network.onPeer("nmap", "-n", "-Pn", "-sS", "-p1-1000", "--max-retries", "2", Network.HOST))
                    .orThrow();
            Shell.run(network.onPeer("nmap", "-n", "-Pn", "-6", "-sS", "-p1-300", "--max-retries", "2", Network.HOST6))
                    .orThrow();
            CaptureProcess.Statistics ours = capture.awaitSegments(2_600);
            long theirs = awaitDumped(dump, ours.segments());
            assertTrue(theirs >= 2_600, "tcpdump saw " + theirs);
            assertEquals(theirs, ours.segments());
            assertEquals(
                    engine == Engine.RING ? "ring of 16 MiB" : "libpcap", capture.ask("description", "DESCRIPTION"));
            assertEquals(0, ours.kernel() + ours.device() + ours.undecodable(), () -> "" + ours);
            long ports = capture.seen().stream()
                    .filter(line -> line.startsWith("SEGMENT " + Network.PEER + " "))
                    .map(line -> line.split(" ", -1)[4])
                    .distinct()
                    .count();
            assertEquals(1_000, ports);
            long closed = capture.seen().stream()
                    .filter(line -> line.startsWith("SEGMENT " + Network.HOST + " "))
                    .map(line -> line.split(" ", -1))
                    .filter(fields -> fields[5].equals("" + (Frames.RST | Frames.ACK)))
                    .map(fields -> fields[2])
                    .distinct()
                    .count();
            assertEquals(1_000, closed);
        } finally {
            tcpdump.destroyForcibly();
        }
    }

    @Test
    void deliversALoneSynWithinMilliseconds() {
        int count = 60;
        long[] delays = new long[count];
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            for (int i = 0; i < count; i++) {
                wire().send(Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN))));
                String[] fields = capture.await("SEGMENT").split(" ", -1);
                delays[i] = Long.parseLong(fields[6]);
            }
        }
        Arrays.sort(delays);
        Duration median = Duration.ofNanos(delays[count / 2]);
        System.out.println(engine + ": median " + median.toNanos() / 1_000 + " us, 9 of 10 within "
                + delays[count * 9 / 10] / 1_000 + " us, longest " + delays[count - 1] / 1_000 + " us");
    }

    @Test
    void seesPacketsThatTheKernelsFilterCanNotTellApart() {
        byte[] tcp = Frames.tcp(Frames.SYN);
        List<byte[]> frames = List.of(
                Frames.ethernet6(Frames.chain(1, tcp)),
                Frames.ethernet6(Frames.chain(8, tcp)),
                Frames.ethernet6(Frames.ipv6(Frames.DESTINATION_OPTIONS, Frames.extension(Frames.TCP, 1_024, tcp))),
                Frames.ethernet6(Frames.ipv6(Frames.FRAGMENT, Frames.fragment(Frames.TCP, 1, tcp))),
                Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.MORE_FRAGMENTS, new byte[0], tcp)),
                Frames.ethernet(Frames.VLAN, Frames.tag(Frames.IPV4, Frames.ipv4(Frames.TCP, tcp))),
                Frames.ethernet(0x88a8, Frames.tag(Frames.VLAN, Frames.tag(Frames.IPV6, Frames.ipv6(Frames.TCP, tcp)))),
                Frames.ethernet(
                        0x88a8,
                        Frames.tag(
                                Frames.VLAN,
                                Frames.tag(Frames.VLAN, Frames.tag(Frames.IPV4, Frames.ipv4(Frames.TCP, tcp))))),
                Frames.ethernet(Frames.MPLS, Frames.mpls(3, Frames.ipv4(Frames.TCP, tcp))),
                Frames.ethernet(Frames.PPPOE, Frames.pppoe(0x21, Frames.ipv4(Frames.TCP, tcp))));
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            for (byte[] frame : frames) {
                wire().send(frame);
                String line = capture.await("SEGMENT");
                String source = line.split(" ", -1)[1];
                assertTrue(List.of("192.0.2.1", "2001:db8::1").contains(source), () -> line + ": " + Frames.hex(frame));
            }
            assertEquals(0, capture.statistics().undecodable());
        }
    }

    @Test
    void seesTrafficOfASubinterfaceOnItsParent() {
        List<String> make =
                network.onHost("ip", "link", "add", "link", Network.DEVICE, "name", "vlan7", "type", "vlan", "id", "7");
        assumeTrue(Shell.run(make).exit() == 0, "needs a kernel that knows VLAN devices");
        for (List<String> command : List.of(
                network.onHost("ip", "addr", "add", "10.97.0.1/24", "dev", "vlan7"),
                network.onHost("ip", "link", "set", "vlan7", "up"),
                network.onPeer("ip", "link", "add", "link", "veth1", "name", "vlan7", "type", "vlan", "id", "7"),
                network.onPeer("ip", "addr", "add", "10.97.0.2/24", "dev", "vlan7"),
                network.onPeer("ip", "link", "set", "vlan7", "up"))) {
            Shell.run(command).orThrow();
        }
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            Shell.run(network.onPeer("nmap", "-n", "-Pn", "-sS", "-p81", "10.97.0.1"))
                    .orThrow();
            assertTrue(capture.await("SEGMENT").contains(" 10.97.0.1 81 2 "));
        }
    }

    @Test
    void countsASynAndItsAnswerOnceOnAllDevices() {
        try (CaptureProcess capture = CaptureProcess.running(network, engine, "any")) {
            Shell.run(network.onPeer("nmap", "-n", "-Pn", "-sS", "-p1-100", "--max-retries", "0", Network.HOST))
                    .orThrow();
            assertEquals(200, capture.awaitSegments(200).segments());
            assertEquals(
                    engine == Engine.RING ? "libpcap (a ring sees one device, not all)" : "libpcap",
                    capture.ask("description", "DESCRIPTION"));
            assertEquals("none", capture.ask("blindness", "BLINDNESS"));
        }
    }

    /** Where each packet passes the device twice: when it is sent and when it comes back. */
    @Test
    void countsASynAndItsAnswerOnceOnTheLoopbackDevice() {
        try (CaptureProcess capture = CaptureProcess.running(network, engine, "lo")) {
            Shell.run(network.onHost("nmap", "-n", "-Pn", "-sS", "-p1-100", "--max-retries", "0", "127.0.0.1"))
                    .orThrow();
            assertEquals(200, capture.awaitSegments(200).segments());
            // The count of packets may be read before the last segments.
            assertEquals(200, capture.awaitPackets(200).received());
        }
    }

    @Test
    void seesADeviceWithoutALinkLayer() {
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs a kernel that knows tun devices");
        Shell.Result result = Shell.run(network.onHost(CaptureProcess.command(engine, "tun0")));
        String how = engine == Engine.RING ? "ring of 16 MiB" : "libpcap";
        assertEquals(how + "\n192.0.2.1 80\n2001:db8::1 80\n", result.out(), result::err);
    }

    @Test
    void anExtraFilterMustMatchToo() {
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE, "dst port 22")) {
            Shell.run(network.onPeer("nmap", "-n", "-Pn", "-sS", "-p20-30", "--max-retries", "0", Network.HOST))
                    .orThrow();
            assertTrue(capture.await("SEGMENT").contains(" " + Network.HOST + " 22 "));
            assertEquals(1, capture.statistics().received());
        }
    }

    @Test
    void closingEndsTheRunOnASilentLink() {
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            capture.tell("close");
            capture.await("ENDED");
            assertTrue(capture.seen().contains("ENDED"), () -> "" + capture.seen());
            capture.ask("close", "CLOSED");
            assertEquals(0, capture.statistics().segments());
        }
    }

    @Test
    void closingBeforeTheRunLeavesNothingToRun() {
        try (CaptureProcess capture =
                CaptureProcess.start(network.onHost(CaptureProcess.command(engine, Network.DEVICE)))) {
            capture.await("OPEN");
            capture.ask("close", "CLOSED");
            capture.ask("close", "CLOSED");
            capture.tell("run");
            assertEquals("ENDED", capture.await("ENDED"));
            assertEquals(0, capture.statistics().received());
        }
    }

    @Test
    void closingAtAnyMomentOfTheBeginEndsTheRun() {
        Shell.Result result = Shell.run(network.onHost(CaptureProcess.command(engine, "race", Network.DEVICE)));
        assertEquals("RACED\n", result.out(), result::err);
    }

    @Test
    void failureOfTheSinkEndsTheRun() {
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            capture.ask("fail", "OK");
            wire().send(Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN))));
            assertEquals("ENDED java.lang.IllegalStateException: the sink has had enough", capture.await("ENDED"));
        }
    }

    @Test
    void aDeviceThatIsDeletedIsWaitedForAndSeenAgain() {
        byte[] syn = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            wire().send(syn);
            capture.await("SEGMENT");
            assertEquals("none", capture.ask("blindness", "BLINDNESS"));
            Shell.run(network.onHost("ip", "link", "delete", Network.DEVICE)).orThrow();
            String reason = awaitBlindness(capture, true);
            assertTrue(reason.startsWith("can't see veth0: "), reason);
            assertEquals(1, capture.statistics().segments());
            restoreDevice();
            awaitBlindness(capture, false);
            wire().send(syn);
            capture.await("SEGMENT");
            assertEquals(2, capture.statistics().segments());
            assertTrue(capture.statistics().received() >= 2, "counters are kept");
            capture.tell("close");
            assertEquals("ENDED", capture.await("ENDED"));
        }
    }

    @Test
    void closingEndsTheRunWhileADeviceIsWaitedFor() {
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            Shell.run(network.onHost("ip", "link", "delete", Network.DEVICE)).orThrow();
            awaitBlindness(capture, true);
            capture.tell("close");
            assertEquals("ENDED", capture.await("ENDED"));
        }
    }

    @Test
    void aDeviceThatIsDownIsToldAndSeenAgainOnceUp() {
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            Shell.run(network.onHost("ip", "link", "set", Network.DEVICE, "down"))
                    .orThrow();
            String reason = awaitBlindness(capture, true);
            assertTrue(reason.contains("veth0 is down: bring it up with 'ip link set veth0 up'"), reason);
            Shell.run(network.onHost("ip", "link", "set", Network.DEVICE, "up")).orThrow();
            awaitBlindness(capture, false);
            wire().send(Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN))));
            capture.await("SEGMENT");
        }
    }

    /** As one that only listens, to a mirror port say, has none. */
    @Test
    void aDeviceWithoutAddressesThatIsDownIsTold() {
        Shell.run(network.onHost("ip", "addr", "flush", "dev", Network.DEVICE)).orThrow();
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            Shell.run(network.onHost("ip", "link", "set", Network.DEVICE, "down"))
                    .orThrow();
            assertTrue(awaitBlindness(capture, true).contains("veth0 is down"));
        }
    }

    @Test
    void unknownDeviceOrWrongFilterIsRefusedInOneLine() {
        assertEquals(
                "REFUSED NO_DEVICE there is no device veth9: list the devices of this host: ip link", refusal("veth9"));
        assertTrue(refusal("no/device").startsWith("REFUSED "));
        for (String filter :
                List.of("prot 80", "port 1) or (port 2", "port", "(", "host nowhere.invalid", "ip[70000]")) {
            String refused = refusal(Network.DEVICE, filter);
            assertTrue(refused.startsWith("REFUSED BAD_FILTER the filter '" + filter + "' is wrong ("), refused);
        }
        Shell.run(network.onHost("ip", "link", "set", Network.DEVICE, "down")).orThrow();
        assertEquals(
                "REFUSED UNAVAILABLE veth0 is down: bring it up with 'ip link set veth0 up'", refusal(Network.DEVICE));
    }

    @Test
    void withoutLibpcapItIsRefusedInOneLine() {
        List<String> command = new ArrayList<>(List.of(CaptureProcess.command(engine, Network.DEVICE)));
        command.add(1, "-Dorg.pcap4j.core.pcapLibName=nosuchpcap");
        try (CaptureProcess capture = CaptureProcess.start(network.onHost(command.toArray(String[]::new)))) {
            assertEquals(
                    "REFUSED UNAVAILABLE libpcap can't be loaded: apt install libpcap0.8 / dnf install libpcap",
                    capture.await(line -> line.startsWith("REFUSED") || line.startsWith("OPEN"), "REFUSED"));
        }
    }

    @Test
    void withoutThePrivilegeItIsRefusedInOneLine() {
        List<String> command =
                new ArrayList<>(network.onHost("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"));
        command.addAll(List.of(CaptureProcess.command(engine, Network.DEVICE)));
        try (CaptureProcess capture = CaptureProcess.start(command)) {
            assertEquals(
                    "REFUSED NOT_PERMITTED not permitted to capture on veth0: run as root, or with the capability"
                            + " CAP_NET_RAW",
                    capture.await(line -> line.startsWith("REFUSED") || line.startsWith("OPEN"), "REFUSED"));
        }
    }

    @Test
    void listsTheDevices() {
        List<String> lines = Shell.run(network.onHost(CaptureProcess.command(engine)))
                .orThrow()
                .lines()
                .toList();
        List<String> names = lines.stream().map(line -> line.split(" ", -1)[1]).toList();
        assertTrue(names.containsAll(List.of(Network.DEVICE, "lo", "any")), () -> "" + lines);
        String veth = lines.get(names.indexOf(Network.DEVICE));
        assertTrue(
                veth.startsWith("DEVICE veth0 up [") && veth.contains(Network.HOST) && veth.contains(Network.HOST6),
                veth);
    }

    @Test
    void lossesInTheKernelAreCountedAndNeverGoBack() throws IOException {
        Path file = wire().file(
                        Collections.nCopies(50_000, Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)))));
        try (CaptureProcess capture = CaptureProcess.running(network, engine, Network.DEVICE)) {
            capture.ask("quiet", "OK");
            capture.ask("block", "OK");
            wire().replay(file, "--loop=8");
            CaptureProcess.Statistics blocked = capture.statistics();
            assertTrue(blocked.kernel() > 0, () -> "400,000 SYNs fitted in: " + blocked);
            capture.ask("unblock", "OK");
            CaptureProcess.Statistics after = capture.awaitPackets(400_000);
            long total = after.received() + after.kernel();
            // The kernels of both sides also tell of multicast groups, with extension headers.
            assertTrue(total >= 400_000 && total < 400_100, () -> "" + after);
            assertTrue(after.kernel() >= blocked.kernel(), blocked + " and then " + after);
            Shell.run(network.onHost("ip", "link", "delete", Network.DEVICE)).orThrow();
            awaitBlindness(capture, true);
            restoreDevice();
            awaitBlindness(capture, false);
            CaptureProcess.Statistics reopened = capture.statistics();
            assertEquals(after.kernel(), reopened.kernel());
            assertTrue(reopened.received() >= after.received(), () -> after + " and then " + reopened);
        }
    }

    private FrameSender wire() {
        return new FrameSender(network, directory);
    }

    private void restoreDevice() {
        String peer = network.onPeer("true").get(3);
        for (List<String> command : List.of(
                network.onHost(
                        "ip", "link", "add", Network.DEVICE, "type", "veth", "peer", "name", "veth1", "netns", peer),
                network.onHost("ip", "link", "set", Network.DEVICE, "up"),
                network.onPeer("ip", "link", "set", "veth1", "up"))) {
            Shell.run(command).orThrow();
        }
    }

    private String refusal(String... arguments) {
        try (CaptureProcess capture = CaptureProcess.start(network.onHost(CaptureProcess.command(engine, arguments)))) {
            return capture.await(line -> line.startsWith("REFUSED") || line.startsWith("OPEN"), "REFUSED");
        }
    }

    private static String awaitBlindness(CaptureProcess capture, boolean blind) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        String reason = capture.ask("blindness", "BLINDNESS");
        while (reason.equals("none") == blind) {
            assertTrue(System.nanoTime() < deadline, "blindness is still: " + reason);
            reason = capture.ask("blindness", "BLINDNESS");
        }
        return reason;
    }

    private static long awaitDumped(Path dump, long count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        long dumped = 0;
        while (dumped < count && System.nanoTime() < deadline) {
            // It is being written: the last packet may not be whole.
            String out =
                    Shell.run("tcpdump", "-n", "-r", dump.toString(), "--count").out();
            dumped = out.isEmpty() ? 0 : Long.parseLong(out.replaceFirst(" packets?\\s*", ""));
        }
        return dumped;
    }

    private static void awaitExists(Path file) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(file) || Files.size(file) == 0) {
            assertTrue(System.nanoTime() < deadline, file + " is not there");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
