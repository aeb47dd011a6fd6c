package io.tcptracker.cli.options;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The list of options in a command's help, under headings. An option stands in the section from whose number its order
 * counts. The argument groups of picocli are no way to it: they take no defaults from the environment.
 */
public final class HelpSections implements IHelpSectionRenderer {
    public static final int WATCH = 100;
    public static final int SCAN = 200;
    public static final int BLOCKING = 300;
    public static final int OUTPUT = 400;

    private static final Map<Integer, String> HEADINGS = Map.of(
            WATCH, "What to watch",
            SCAN, "What is a scan",
            BLOCKING, "Blocking",
            OUTPUT, "Output");

    @Override
    public String render(Help help) {
        Map<Integer, List<OptionSpec>> sections = help.commandSpec().options().stream()
                .sorted(Comparator.comparingInt(OptionSpec::order))
                .collect(Collectors.groupingBy(HelpSections::section, TreeMap::new, Collectors.toList()));
        if (sections.size() < 2) {
            return help.optionList();
        }
        StringBuilder text = new StringBuilder();
        sections.forEach((section, options) -> {
            Help.Layout layout = help.createDefaultLayout(help.commandSpec().options(), List.of(), help.colorScheme());
            layout.addOptions(options, help.createDefaultParamLabelRenderer());
            String heading = HEADINGS.get(section);
            text.append(heading == null ? "" : help.createHeading("%n" + heading + ":%n"))
                    .append(layout);
        });
        return text.toString();
    }

    private static int section(OptionSpec option) {
        return Math.max(option.order(), 0) / 100 * 100;
    }
}
