package dev.tidewatch.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows under headings, aligned, no wider than the terminal: what does not fit is cut from the
 * widest columns that may be.
 */
public final class Table {
  private static final String GAP = "  ";
  private static final int NARROWEST = 8;

  private final List<String> headings = new ArrayList<>();
  private final List<Boolean> rightAligned = new ArrayList<>();
  private final List<Boolean> cuttable = new ArrayList<>();
  private final List<String[]> rows = new ArrayList<>();

  /** Adds a column of texts. */
  public Table left(String heading) {
    return column(heading, false, true);
  }

  /** Adds a column of texts that are of no use when cut: times, ids. */
  public Table whole(String heading) {
    return column(heading, false, false);
  }

  /** Adds a column of numbers; never cut. */
  public Table right(String heading) {
    return column(heading, true, false);
  }

  private Table column(String heading, boolean right, boolean mayBeCut) {
    headings.add(heading);
    rightAligned.add(right);
    cuttable.add(mayBeCut);
    return this;
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column
   */
  public Table row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "cells: " + cells.length + " for " + headings.size() + " columns");
    }
    rows.add(cells.clone());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The lines of the table, heading first. */
  public List<String> lines(Style style, int widthMax) {
    int[] widths = widths(widthMax);
    List<String> lines = new ArrayList<>();
    lines.add(style.bold(line(headings.toArray(String[]::new), widths)));
    for (String[] row : rows) {
      lines.add(line(row, widths));
    }
    return lines;
  }

  private int[] widths(int widthMax) {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = DisplayWidth.of(headings.get(i));
      for (String[] row : rows) {
        widths[i] = Math.max(widths[i], DisplayWidth.of(row[i]));
      }
    }
    int total = GAP.length() * (widths.length - 1);
    for (int width : widths) {
      total += width;
    }
    for (; total > widthMax; total--) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        if (cuttable.get(i)
            && widths[i] > NARROWEST
            && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private String line(String[] cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = DisplayWidth.cut(cells[i], widths[i]);
      String padding = " ".repeat(Math.max(widths[i] - DisplayWidth.of(cell), 0));
      line.append(i == 0 ? "" : GAP);
      line.append(rightAligned.get(i) ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }
}
