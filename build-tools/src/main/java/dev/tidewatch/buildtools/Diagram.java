package dev.tidewatch.buildtools;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where everything of the entity-relationship picture lies: a band per schema, in it a box per
 * table, placed in columns by the longest chain of foreign keys that leads to it, and an arrow per
 * foreign key from the column that has it to the table that it names. Sizes are computed from the
 * number of characters alone, so the picture is the same on every machine.
 */
record Diagram(int width, int height, List<Band> bands, List<Box> boxes, List<Arrow> arrows) {
  static final int ROW = 16;
  static final int HEADER = 22;
  static final int FONT = 11;
  private static final double CHARACTER = 6.7;
  private static final int MARGIN = 24;
  private static final int GAP_X = 90;
  private static final int GAP_Y = 22;
  private static final int BAND_TITLE = 34;
  private static final int BAND_HEIGHT_WANTED = 820;

  /** A schema's part of the picture. */
  record Band(String schema, int x, int y, int width, int height) {}

  /** A row of a box. */
  record Row(String name, String type, boolean key, boolean foreign) {}

  /** A table. */
  record Box(String schema, String table, String comment, List<Row> rows, int x, int y, int width) {
    int height() {
      return HEADER + rows.size() * ROW + 4;
    }

    int rowCentre(int row) {
      return y + HEADER + row * ROW + ROW / 2;
    }
  }

  /** From one side of a row to the header of another box. */
  record Arrow(int fromX, int fromY, int toX, int toY, boolean leftwards) {}

  static Diagram of(List<Schema> schemas) {
    List<Band> bands = new ArrayList<>();
    List<Box> boxes = new ArrayList<>();
    int y = MARGIN;
    int width = 0;
    for (Schema schema : schemas) {
      List<Box> placed = place(schema, MARGIN * 2, y + BAND_TITLE);
      int right = placed.stream().mapToInt(box -> box.x() + box.width()).max().orElse(MARGIN * 8);
      int bottom = placed.stream().mapToInt(box -> box.y() + box.height()).max().orElse(y + 60);
      bands.add(new Band(schema.name(), MARGIN, y, right, bottom + MARGIN - y));
      boxes.addAll(placed);
      width = Math.max(width, right + MARGIN * 2);
      y = bottom + MARGIN * 2;
    }
    int widest = width - MARGIN * 2;
    List<Band> aligned =
        bands.stream()
            .map(band -> new Band(band.schema(), band.x(), band.y(), widest, band.height()))
            .toList();
    return new Diagram(width, y, aligned, List.copyOf(boxes), arrows(schemas, boxes));
  }

  private static List<Box> place(Schema schema, int left, int top) {
    List<Schema.Table> tables =
        schema.tables().stream().filter(table -> table.partitionOf().isEmpty()).toList();
    Map<String, Integer> depths = depths(tables);
    int last = 1 + depths.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    Set<String> related = related(tables);
    tables.stream()
        .filter(table -> !related.contains(table.name()))
        .forEach(table -> depths.put(table.name(), last));
    List<Schema.Table> ordered =
        tables.stream()
            .sorted(
                Comparator.<Schema.Table>comparingInt(table -> depths.getOrDefault(table.name(), 0))
                    .thenComparing(Schema.Table::name))
            .toList();
    List<Box> boxes = new ArrayList<>();
    int x = left;
    int y = top;
    int columnWidth = 0;
    int depth = 0;
    for (Schema.Table table : ordered) {
      Box box = box(schema, table, 0, 0);
      int own = depths.getOrDefault(table.name(), 0);
      boolean deeper = own != depth;
      boolean full = y + box.height() > top + BAND_HEIGHT_WANTED;
      if (y > top && (deeper || full)) {
        x += columnWidth + GAP_X;
        y = top;
        columnWidth = 0;
      }
      depth = own;
      Box placed = box(schema, table, x, y);
      boxes.add(placed);
      y += placed.height() + GAP_Y;
      columnWidth = Math.max(columnWidth, placed.width());
    }
    return boxes;
  }

  private static Box box(Schema schema, Schema.Table table, int x, int y) {
    Set<String> foreign = new HashSet<>();
    table.foreignKeys().forEach(key -> foreign.addAll(key.columns()));
    List<Row> rows = new ArrayList<>();
    int characters = table.name().length() + 4;
    for (Schema.Column column : table.columns()) {
      String type = shortType(column.type()) + (column.nullable() ? "?" : "");
      rows.add(
          new Row(
              column.name(),
              type,
              table.inPrimaryKey(column.name()),
              foreign.contains(column.name())));
      characters = Math.max(characters, column.name().length() + type.length() + 6);
    }
    return new Box(
        schema.name(),
        table.name(),
        table.comment(),
        List.copyOf(rows),
        x,
        y,
        (int) Math.ceil(characters * CHARACTER) + 16);
  }

  /** The tables with a foreign key from or to another one; the others come last. */
  private static Set<String> related(List<Schema.Table> tables) {
    Set<String> related = new HashSet<>();
    for (Schema.Table table : tables) {
      for (Schema.ForeignKey key : table.foreignKeys()) {
        related.add(table.name());
        related.add(key.table());
      }
    }
    return related;
  }

  /** Length of the longest chain of foreign keys from each table; a cycle counts once. */
  private static Map<String, Integer> depths(List<Schema.Table> tables) {
    Map<String, Schema.Table> byName = new HashMap<>();
    tables.forEach(table -> byName.put(table.name(), table));
    Map<String, Integer> depths = new HashMap<>();
    tables.forEach(table -> depth(table, byName, depths, new HashSet<>()));
    return depths;
  }

  private static int depth(
      Schema.Table table,
      Map<String, Schema.Table> byName,
      Map<String, Integer> depths,
      Set<String> above) {
    Integer known = depths.get(table.name());
    if (known != null) {
      return known;
    }
    if (!above.add(table.name())) {
      return 0;
    }
    int depth = 0;
    for (Schema.ForeignKey key : table.foreignKeys()) {
      Schema.Table target = byName.get(key.table());
      if (target != null && !target.name().equals(table.name())) {
        depth = Math.max(depth, 1 + depth(target, byName, depths, above));
      }
    }
    above.remove(table.name());
    depths.put(table.name(), depth);
    return depth;
  }

  private static List<Arrow> arrows(List<Schema> schemas, List<Box> boxes) {
    Map<String, Box> byName = new HashMap<>();
    boxes.forEach(box -> byName.put(box.schema() + "." + box.table(), box));
    List<Arrow> arrows = new ArrayList<>();
    for (Schema schema : schemas) {
      for (Schema.Table table : schema.tables()) {
        Box from = byName.get(schema.name() + "." + table.name());
        for (Schema.ForeignKey key : table.foreignKeys()) {
          Box to = byName.get(key.schema() + "." + key.table());
          if (from != null && to != null) {
            arrows.add(arrow(from, key.columns().getFirst(), to));
          }
        }
      }
    }
    return List.copyOf(arrows);
  }

  private static Arrow arrow(Box from, String column, Box to) {
    int row = 0;
    for (int i = 0; i < from.rows().size(); i++) {
      if (from.rows().get(i).name().equals(column)) {
        row = i;
      }
    }
    int toY = to.y() + HEADER / 2;
    if (to.x() + to.width() <= from.x()) {
      return new Arrow(from.x(), from.rowCentre(row), to.x() + to.width(), toY, true);
    }
    // Beside or behind: leave and arrive on the right.
    return new Arrow(from.x() + from.width(), from.rowCentre(row), to.x() + to.width(), toY, false);
  }

  private static String shortType(String type) {
    return type.replace("timestamp with time zone", "timestamptz")
        .replace("double precision", "double")
        .replace("character varying", "varchar");
  }
}
