package io.tcptracker.cli.run;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** A stack of open resources. They are closed in reverse order, and all of them even if some fail. Not threadsafe. */
final class CloseStack implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Adds a resource, which is closed before those added earlier; returns it. */
    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Closes all; throws the first failure, with the others suppressed in it. */
    @Override
    public void close() throws IOException {
        IOException first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Throwable e) {
                IOException failure = e instanceof IOException known ? known : new IOException(e);
                if (first == null) {
                    first = failure;
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
