package io.tcptracker.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A layout of rows of text in aligned columns. */
public final class Table {
    private static final String GAP = "  ";

    private Table() {}

    /** Returns the rows as text with columns aligned at the left. */
    public static String of(List<List<String>> rows) {
        return of(rows, Set.of());
    }

    /**
     * Returns the rows as aligned text.
     *
     * @param right the columns that are aligned at the right, counted from 0
     */
    public static String of(List<List<String>> rows, Set<Integer> right) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Terminal.width(row.get(i)));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                String space = " ".repeat(widths[i] - Terminal.width(row.get(i)));
                cells.add(right.contains(i) ? space + row.get(i) : row.get(i) + space);
            }
            text.append(String.join(GAP, cells).stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
