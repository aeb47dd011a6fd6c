package io.tcptracker.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The design's rules about modules, packages and types, held against the compiled program. */
final class ArchitectureTest {
    private static final int MOST_FILES = 16;

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/testing/"))
            .importPackages("io.tcptracker");

    private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("io.tcptracker..");

    /** Without this, every other rule would hold of a class path on which nothing is found. */
    @Test
    void all_modules_are_on_the_class_path() {
        Set<String> modules = MAIN.stream()
                .map(each -> each.getPackageName().replaceFirst("io\\.tcptracker\\.(\\w+).*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of("core", "capture", "firewall", "metrics", "cli"), modules);
    }

    @Test
    void a_package_has_at_most_16_files() {
        Map<String, Long> files = MAIN.stream()
                .filter(each -> !each.getSimpleName().equals("package-info"))
                .map(ArchitectureTest::topLevel)
                .distinct()
                .collect(Collectors.groupingBy(JavaClass::getPackageName, TreeMap::new, Collectors.counting()));
        files.values().removeIf(count -> count <= MOST_FILES);
        assertEquals(Map.of(), files);
    }

    // A module joins as soon as its last cycle is cut.
    @ParameterizedTest
    @ValueSource(strings = {"core", "capture", "firewall", "metrics", "cli"})
    void no_cycle_joins_packages(String module) {
        slices().matching("io.tcptracker.(**)")
                .should()
                .beFreeOfCycles()
                .check(MAIN.that(resideInAPackage("io.tcptracker." + module + "..")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "capture", "firewall", "metrics", "cli"})
    void no_cycle_joins_types_but_an_interface_and_its_default(String module) {
        slices().assignedFrom(new TopLevelTypes())
                .should()
                .beFreeOfCycles()
                .check(MAIN.that(resideInAPackage("io.tcptracker." + module + "..")));
    }

    @Test
    void core_knows_no_other_module_and_few_libraries() {
        classes()
                .that()
                .resideInAPackage("io.tcptracker.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.tcptracker.core..",
                        "java..",
                        "com.github.benmanes.caffeine..",
                        "org.slf4j",
                        "org.jspecify.annotations")
                .check(MAIN);
    }

    @Test
    void core_opens_no_process_socket_file_or_clock() {
        noClasses()
                .that()
                .resideInAPackage("io.tcptracker.core..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Runtime")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.(net\\.(?!InetAddress|Inet.Address|UnknownHost).*|nio\\.(file|channels)\\..*|io\\.File.*)")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(MAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"capture", "firewall", "metrics"})
    void a_module_knows_core_alone(String module) {
        noClasses()
                .that()
                .resideInAPackage("io.tcptracker." + module + "..")
                .should()
                .dependOnClassesThat(OURS.and(DescribedPredicate.not(
                        resideInAnyPackage("io.tcptracker.core..", "io.tcptracker." + module + ".."))))
                .check(MAIN);
    }

    @Test
    void doors_show_no_type_of_a_library() {
        classes()
                .that()
                .resideInAnyPackage(
                        "io.tcptracker.core..",
                        "io.tcptracker.capture",
                        "io.tcptracker.firewall",
                        "io.tcptracker.metrics")
                .and()
                .arePublic()
                .should(new ShowOnlyOursAndJava())
                .check(MAIN);
    }

    private static JavaClass topLevel(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
    }

    /** Each top-level type, with an interface and the package-private default that its factory names as one. */
    private static final class TopLevelTypes implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return OURS.test(type) ? SliceIdentifier.of(front(topLevel(type)).getFullName()) : SliceIdentifier.ignore();
        }

        private static JavaClass front(JavaClass type) {
            return type.getRawInterfaces().stream()
                    .map(ArchitectureTest::topLevel)
                    .filter(each -> isDefault(type, each))
                    .findFirst()
                    .orElse(type);
        }

        private static boolean isDefault(JavaClass type, JavaClass front) {
            return !type.getModifiers().contains(JavaModifier.PUBLIC)
                    && type.getPackageName().equals(front.getPackageName())
                    && front.getDirectDependenciesFromSelf().stream()
                            .anyMatch(each -> each.getTargetClass().equals(type));
        }

        @Override
        public String getDescription() {
            return "top-level types";
        }
    }

    private static final class ShowOnlyOursAndJava extends ArchCondition<JavaClass> {
        ShowOnlyOursAndJava() {
            super("show only types of ours and of Java, and no child process");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            type.getMembers().stream()
                    .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
                    .forEach(member -> shown(member).stream()
                            .filter(each -> !isShowable(each))
                            .forEach(each -> events.add(SimpleConditionEvent.violated(
                                    type, member.getFullName() + " shows " + each.getName()))));
        }

        private static Set<JavaClass> shown(JavaMember member) {
            return member.getAllInvolvedRawTypes();
        }

        private static boolean isShowable(JavaClass type) {
            JavaClass base = type.getBaseComponentType();
            boolean ours = base.isPrimitive() || base.getPackageName().startsWith("io.tcptracker");
            boolean java = base.getPackageName().startsWith("java.");
            return ours || (java && !base.isEquivalentTo(Process.class) && !base.isEquivalentTo(ProcessBuilder.class));
        }
    }
}
