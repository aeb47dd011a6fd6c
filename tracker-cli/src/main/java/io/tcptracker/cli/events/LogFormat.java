package io.tcptracker.cli.events;

import io.tcptracker.cli.console.Json;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How events are written. */
public enum LogFormat {
    TEXT {
        @Override
        String line(Event event, boolean colour) {
            String text = TIME.format(event.time()) + " " + event.text();
            String code = colour ? colour(event) : "";
            return code.isEmpty() ? text : code + text + PLAIN;
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
    private static final String PLAIN = "\u001b[0m";

    /** One line, without its end. */
    abstract String line(Event event, boolean colour);

    private static String colour(Event event) {
        if (event instanceof Event.ScanDetected) {
            return "\u001b[33m";
        }
        return event instanceof Event.Banned ? "\u001b[31m" : "";
    }
}
