package io.tcptracker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ListenersTest {
    @Test
    void everyListenerIsToldEverythingInTurn() throws ReflectiveOperationException {
        List<String> told = new ArrayList<>();
        TrackerListener all = new Listeners(List.of(named("first", told), named("second", told)));
        for (Method method : TrackerListener.class.getMethods()) {
            told.clear();
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(type -> type == long.class ? 0L : null)
                    .toArray();
            method.invoke(all, arguments);
            assertEquals(List.of("first " + method.getName(), "second " + method.getName()), told);
        }
    }

    private static TrackerListener named(String name, List<String> told) {
        return (TrackerListener) Proxy.newProxyInstance(
                ListenersTest.class.getClassLoader(),
                new Class<?>[] {TrackerListener.class},
                (proxy, method, arguments) -> {
                    told.add(name + " " + method.getName());
                    return null;
                });
    }
}
