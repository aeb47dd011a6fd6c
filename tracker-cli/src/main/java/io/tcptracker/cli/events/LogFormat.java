package io.tcptracker.cli.events;

import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.console.Terminal.Colour;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The format of the lines that events are written in. */
public enum LogFormat {
    TEXT {
        @Override
        String line(Event event, boolean colour) {
            String text = TIME.format(event.time()) + " " + event.text();
            return switch (event.name()) {
                case "scan" -> Colour.YELLOW.paint(text, colour);
                case "ban" -> Colour.RED.paint(text, colour);
                default -> text;
            };
        }
    },
    JSON {
        @Override
        String line(Event event, boolean colour) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("time", event.time());
            object.put("event", event.name());
            object.putAll(event.fields());
            return Json.of(object);
        }
    };

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Returns one line, without its end. Only text has colours. */
    abstract String line(Event event, boolean colour);
}
