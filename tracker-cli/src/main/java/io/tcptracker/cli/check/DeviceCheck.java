package io.tcptracker.cli.check;

import io.tcptracker.capture.Device;
import io.tcptracker.capture.Engine;
import io.tcptracker.capture.LiveCapture;
import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.options.Converters;
import io.tcptracker.cli.options.Defaults;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The check of the device: of libpcap, of the device itself, and of the ring, which is opened and closed. */
final class DeviceCheck {
    private static final String LIST = "name one with -d; 'tcptracker devices' lists them";

    private DeviceCheck() {}

    /** Checks the named device, or else that of the default route. */
    static List<CheckResult> results(Optional<String> named, Optional<String> ofDefaultRoute) {
        List<Device> devices;
        try {
            devices = Device.all();
        } catch (CaptureException e) {
            return List.of(CheckResult.failed("libpcap", e));
        }
        List<CheckResult> results = new ArrayList<>();
        results.add(CheckResult.ok("libpcap", "installed"));
        Optional<String> name = named.or(() -> ofDefaultRoute);
        if (name.isEmpty()) {
            results.add(new CheckResult(
                    "device", State.UNAVAILABLE, "there is no default route, and so no default device", LIST));
            return results;
        }
        Optional<Device> device =
                devices.stream().filter(each -> each.name().equals(name.get())).findFirst();
        results.add(device.map(DeviceCheck::state)
                .orElseGet(
                        () -> new CheckResult("device", State.UNAVAILABLE, "there is no device " + name.get(), LIST)));
        if (!results.get(results.size() - 1).state().isFailure()) {
            results.add(capture(name.get()));
        }
        return results;
    }

    private static CheckResult state(Device device) {
        return switch (device.state()) {
            case DOWN ->
                new CheckResult(
                        "device",
                        State.UNAVAILABLE,
                        device.name() + " is down",
                        "ip link set " + device.name() + " up");
            case NO_LINK ->
                CheckResult.warn("device", device.name() + " is up, but has no link", "check the cable, or the peer");
            case UP -> CheckResult.ok("device", device.name() + " is up");
        };
    }

    private static CheckResult capture(String device) {
        int buffer = (int) Converters.bytes(Defaults.BUFFER).count();
        try (LiveCapture capture = LiveCapture.open(device, Optional.empty(), Engine.RING, buffer)) {
            return capture.engine() == Engine.RING
                    ? CheckResult.ok("capture", capture.description())
                    : CheckResult.warn("capture", capture.description(), "optional: fix the reason above to save CPU");
        } catch (CaptureException e) {
            return CheckResult.failed("capture", e);
        }
    }
}
