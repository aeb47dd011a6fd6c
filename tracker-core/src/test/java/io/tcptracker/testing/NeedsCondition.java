package io.tcptracker.testing;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

final class NeedsCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> lacking = context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, Needs.class))
                .map(NeedsCondition::lacking)
                .orElse(List.of());
        if (lacking.isEmpty()) {
            return ConditionEvaluationResult.enabled("all there");
        }
        String reason = "needs " + String.join(" and ", lacking);
        if (Boolean.getBoolean("tests.demand")) {
            throw new IllegalStateException(context.getDisplayName() + " " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static List<String> lacking(Needs needs) {
        List<String> lacking = new ArrayList<>();
        for (String program : needs.programs()) {
            if (Shell.find(program).isEmpty()) {
                lacking.add(program);
            }
        }
        if (needs.namespaces() && !Namespaces.POSSIBLE) {
            lacking.add("the right to make network namespaces (root)");
        }
        return lacking;
    }

    private static final class Namespaces {
        // Tried, not guessed from the user's id: root without CAP_SYS_ADMIN can't either.
        static final boolean POSSIBLE = possible();

        private static boolean possible() {
            if (Shell.find("ip").isEmpty()) {
                return false;
            }
            String name = "tcptracker-try-" + ProcessHandle.current().pid();
            boolean made = Shell.run("ip", "netns", "add", name).exit() == 0;
            if (made) {
                Shell.run("ip", "netns", "delete", name);
            }
            return made;
        }
    }
}
