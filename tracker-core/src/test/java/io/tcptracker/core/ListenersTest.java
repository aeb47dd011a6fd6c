package io.tcptracker.core;

import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

final class ListenersTest {
    @Test
    void eachCallReachesEachListenerInTurn() throws ReflectiveOperationException {
        TrackerListener first = mock();
        TrackerListener second = mock();
        TrackerListener all = new Listeners(List.of(first, second));
        InOrder calls = inOrder(first, second);
        for (Method method : TrackerListener.class.getMethods()) {
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(type -> type == long.class ? 0L : null)
                    .toArray();
            method.invoke(all, arguments);
            method.invoke(calls.verify(first), arguments);
            method.invoke(calls.verify(second), arguments);
        }
        calls.verifyNoMoreInteractions();
    }
}
