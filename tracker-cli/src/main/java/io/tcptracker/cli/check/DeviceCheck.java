package io.tcptracker.cli.check;

import io.tcptracker.capture.Device;
import io.tcptracker.capture.Engine;
import io.tcptracker.capture.LiveCapture;
import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a device can be captured: libpcap, the device itself, and the ring, which is opened and closed. */
final class DeviceCheck {
    /** As much as {@code run} takes if it isn't told otherwise. */
    private static final int BUFFER = 32 << 20;

    private static final String LIST = "name one with -d; 'tcptracker devices' lists those there are";

    private DeviceCheck() {}

    /** Of the device named, or else of the default route's. */
    static List<CheckResult> findings(Optional<String> named, Optional<String> ofDefaultRoute) {
        List<Device> devices;
        try {
            devices = Device.all();
        } catch (CaptureException e) {
            return List.of(CheckResult.failed("libpcap", e));
        }
        List<CheckResult> findings = new ArrayList<>();
        findings.add(CheckResult.ok("libpcap", "there"));
        Optional<String> name = named.or(() -> ofDefaultRoute);
        if (name.isEmpty()) {
            findings.add(
                    new CheckResult("device", State.UNAVAILABLE, "there is no default route to tell the device", LIST));
            return findings;
        }
        Optional<Device> device =
                devices.stream().filter(each -> each.name().equals(name.get())).findFirst();
        findings.add(device.map(DeviceCheck::state)
                .orElseGet(
                        () -> new CheckResult("device", State.UNAVAILABLE, "there is no device " + name.get(), LIST)));
        if (!findings.get(findings.size() - 1).state().isFailure()) {
            findings.add(capture(name.get()));
        }
        return findings;
    }

    private static CheckResult state(Device device) {
        return switch (device.state()) {
            case "down" ->
                new CheckResult(
                        "device",
                        State.UNAVAILABLE,
                        device.name() + " is down",
                        "ip link set " + device.name() + " up");
            case "no link" ->
                CheckResult.warn(
                        "device", device.name() + " is up, but has no link", "see to the cable, or to its peer");
            default -> CheckResult.ok("device", device.name() + " is up");
        };
    }

    private static CheckResult capture(String device) {
        try (LiveCapture capture = LiveCapture.open(device, Optional.empty(), Engine.RING, BUFFER)) {
            String description = capture.description();
            return description.startsWith("ring")
                    ? CheckResult.ok("capture", description)
                    : CheckResult.warn(
                            "capture", description, "nothing, if that load is bearable; see the reason given");
        } catch (CaptureException e) {
            return CheckResult.failed("capture", e);
        }
    }
}
