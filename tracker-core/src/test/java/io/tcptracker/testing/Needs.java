package io.tcptracker.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a test must find on the machine. Where it is lacking, the test is skipped by name, or fails if the system property
 * {@code tests.demand} is true.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsCondition.class)
public @interface Needs {
    /** Whether network namespaces must be makeable: root, or root in a user namespace. */
    boolean namespaces() default false;

    /** Programs that must be on the PATH, or in one of the usual directories for administration. */
    String[] programs() default {};
}
