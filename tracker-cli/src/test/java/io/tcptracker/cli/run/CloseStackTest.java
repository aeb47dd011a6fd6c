package io.tcptracker.cli.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloseStackTest {
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable named(String name) {
        return () -> closed.add(name);
    }

    private AutoCloseable failing(String name, Throwable failure) {
        return () -> {
            closed.add(name);
            if (failure instanceof Error e) {
                throw e;
            }
            throw (Exception) failure;
        };
    }

    @Test
    void closesInReverse() throws IOException {
        try (CloseStack closer = new CloseStack()) {
            closer.add(named("first"));
            closer.add(named("second"));
            closer.add(named("third"));
        }
        assertEquals(List.of("third", "second", "first"), closed);
    }

    @Test
    void closesTheRestAfterAFailure() {
        IOException second = new IOException("second");
        IllegalStateException third = new IllegalStateException("third");
        // As when the program's file was replaced while it ran.
        NoClassDefFoundError fourth = new NoClassDefFoundError("fourth");
        CloseStack closer = new CloseStack();
        closer.add(named("first"));
        closer.add(failing("second", second));
        closer.add(failing("third", third));
        closer.add(failing("fourth", fourth));
        IOException thrown = assertThrows(IOException.class, closer::close);
        assertEquals(List.of("fourth", "third", "second", "first"), closed);
        assertSame(fourth, thrown.getCause());
        assertEquals(2, thrown.getSuppressed().length);
        assertSame(third, thrown.getSuppressed()[0].getCause());
        assertSame(second, thrown.getSuppressed()[1]);
    }

    @Test
    void failureBeforeTheCloseComesFirst() {
        IOException inUse = new IOException("in use");
        IOException closing = new IOException("closing");
        IOException thrown = assertThrows(IOException.class, () -> {
            try (CloseStack closer = new CloseStack()) {
                closer.add(failing("one", closing));
                throw inUse;
            }
        });
        assertSame(inUse, thrown);
        assertArrayEquals(new Throwable[] {closing}, thrown.getSuppressed());
    }

    @Test
    void closesEachOnce() throws IOException {
        CloseStack closer = new CloseStack();
        closer.add(named("one"));
        closer.close();
        closer.close();
        assertEquals(List.of("one"), closed);
    }
}
