import io.tcptracker.capture.Engine;
import io.tcptracker.capture.LiveCapture;
import io.tcptracker.core.net.Segment;
import java.time.Instant;
import java.util.Optional;

/**
 * Captures and counts, no more: what tcptracker takes without its detector, log and metrics. Takes a device, an engine and
 * the bytes of the buffer; for each line of its input prints how many attempts it saw and how many were dropped. With a
 * fourth argument prints of each attempt how many microseconds after its arrival it got here.
 */
final class CaptureOnly {
    private static long seen;
    private static long sum;

    private CaptureOnly() {}

    public static void main(String[] args) throws Exception {
        boolean late = args.length > 3;
        LiveCapture capture =
                LiveCapture.open(args[0], Optional.empty(), Engine.valueOf(args[1]), Integer.parseInt(args[2]));
        Thread reader = new Thread(() -> {
            try {
                capture.run(late ? CaptureOnly::tell : CaptureOnly::look);
            } catch (Exception e) {
                e.printStackTrace();
            }
        });
        reader.setDaemon(true);
        reader.start();
        System.err.println("listening");
        while (System.in.read() == '\n') {
            // Statistics are read first: they synchronize with the thread that captures.
            long dropped = capture.statistics().droppedByKernel();
            System.out.println("seen " + seen + " dropped " + dropped + " sum " + sum);
        }
    }

    private static void look(Segment segment) {
        if (segment.isAttempt()) {
            sum += segment.source().low() + segment.destination().low() + segment.destinationPort() + segment.time();
            seen++;
        }
    }

    private static void tell(Segment segment) {
        Instant now = Instant.now();
        System.out.println((now.getEpochSecond() * 1_000_000_000 + now.getNano() - segment.time()) / 1000);
    }
}
