package io.tcptracker.cli.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

final class CloseStackTest {
    private final AutoCloseable first = mock();
    private final AutoCloseable second = mock();
    private final AutoCloseable third = mock();
    private final InOrder calls = inOrder(first, second, third);
    private final CloseStack closer = new CloseStack();

    private void closedInReverse() throws Exception {
        calls.verify(third).close();
        calls.verify(second).close();
        calls.verify(first).close();
        calls.verifyNoMoreInteractions();
    }

    @Test
    void closesInReverse() throws Exception {
        try (closer) {
            closer.add(first);
            closer.add(second);
            closer.add(third);
        }
        closedInReverse();
    }

    @Test
    void closesTheRestAfterAFailure() throws Exception {
        IOException checked = new IOException("checked");
        IllegalStateException unchecked = new IllegalStateException("unchecked");
        // As when the program's file was replaced while it ran.
        NoClassDefFoundError error = new NoClassDefFoundError("error");
        doThrow(checked).when(first).close();
        doThrow(unchecked).when(second).close();
        doThrow(error).when(third).close();
        closer.add(first);
        closer.add(second);
        closer.add(third);
        IOException thrown = assertThrows(IOException.class, closer::close);
        closedInReverse();
        assertSame(error, thrown.getCause());
        assertEquals(2, thrown.getSuppressed().length);
        assertSame(unchecked, thrown.getSuppressed()[0].getCause());
        assertSame(checked, thrown.getSuppressed()[1]);
    }

    @Test
    void failureBeforeTheCloseComesFirst() throws Exception {
        IOException inUse = new IOException("in use");
        IOException closing = new IOException("closing");
        doThrow(closing).when(first).close();
        IOException thrown = assertThrows(IOException.class, () -> {
            try (closer) {
                closer.add(first);
                throw inUse;
            }
        });
        assertSame(inUse, thrown);
        assertArrayEquals(new Throwable[] {closing}, thrown.getSuppressed());
    }

    @Test
    void closesEachOnce() throws Exception {
        closer.add(first);
        closer.close();
        closer.close();
        verify(first).close();
    }
}
