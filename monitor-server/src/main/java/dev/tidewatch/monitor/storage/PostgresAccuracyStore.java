package dev.tidewatch.monitor.storage;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.accuracy.AccuracyBucket;
import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.accuracy.AccuracyTrendQuestion;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Accuracy computed in the database, from rollups and steps: two queries whatever the number of
 * groups.
 */
public final class PostgresAccuracyStore implements AccuracyStore {
  private static final Field<String> SERIES = DSL.field("n.name", SQLDataType.VARCHAR);
  private static final Field<String> MODEL = DSL.field("v.model", SQLDataType.VARCHAR);
  private static final Field<String> VERSION = DSL.field("v.version", SQLDataType.VARCHAR);
  private static final Field<Short> ROLE = DSL.field("c.role", SQLDataType.SMALLINT);
  private static final Field<Integer> STEP = DSL.field("c.step", SQLDataType.INTEGER);
  private static final Field<Instant> BUCKET = DSL.field("c.bucket", SQLDataType.INSTANT);

  private final Database database;

  public PostgresAccuracyStore(Database database) {
    this.database = database;
  }

  @Override
  public List<AccuracyGroup> answer(AccuracyQuestion question) {
    List<Field<?>> keys = keys(question.groupBy());
    var cells =
        new AccuracyCells(question.filter(), question.from(), question.to(), Optional.empty());
    List<? extends Record> sums =
        cells.fetch(
            database.dsl(),
            false,
            "SELECT %s%s\n%s\n%s OFFSET {8} LIMIT {9}"
                .formatted(
                    listed(keys),
                    AccuracySums.OF_SUMS,
                    fromCells(question.groupBy()),
                    groupedAndOrdered(keys, "")),
            DSL.val(question.groupsSkipped()),
            DSL.val(question.groupsMax() + 1L));
    if (sums.isEmpty()) {
      return List.of();
    }
    Condition page =
        keys.isEmpty()
            ? DSL.trueCondition()
            : between(keys, key(keys, sums.getFirst()), key(keys, sums.getLast()));
    Map<List<Object>, List<IntervalFigures>> intervals =
        intervals(keys, cells, fromCells(question.groupBy()), page);
    return sums.stream()
        .map(row -> {
          List<Object> key = key(keys, row);
          return group(
              question.groupBy(),
              row,
              AccuracySums.figures(row, AccuracySums.intervalsOf(intervals, key)));
        })
        .toList();
  }

  @Override
  public List<AccuracyBucket> trend(AccuracyTrendQuestion question) {
    List<Field<?>> keys = List.of(BUCKET);
    var cells =
        new AccuracyCells(
            question.filter(), question.from(), question.to(), Optional.of(question.bucket()));
    List<? extends Record> sums =
        cells.fetch(
            database.dsl(),
            false,
            "SELECT %s%s\n%s\n%s"
                .formatted(
                    listed(keys),
                    AccuracySums.OF_SUMS,
                    fromCells(Set.of()),
                    groupedAndOrdered(keys, "")));
    Map<List<Object>, List<IntervalFigures>> intervals =
        intervals(keys, cells, fromCells(Set.of()), DSL.trueCondition());
    return sums.stream()
        .map(row ->
            new AccuracyBucket(
                row.get(0, Instant.class),
                AccuracySums.figures(row, AccuracySums.intervalsOf(intervals, key(keys, row)))))
        .toList();
  }

  private Map<List<Object>, List<IntervalFigures>> intervals(
      List<Field<?>> keys, AccuracyCells cells, String from, Condition page) {
    var found = new HashMap<List<Object>, List<IntervalFigures>>();
    cells
        .fetch(
            database.dsl(),
            true,
            "SELECT %sc.level, %s\n%s\nWHERE {8}\n%s"
                .formatted(
                    listed(keys),
                    AccuracySums.OF_INTERVAL_SUMS,
                    from,
                    groupedAndOrdered(keys, "c.level DESC")),
            page)
        .forEach(row ->
            found
                .computeIfAbsent(key(keys, row), k -> new ArrayList<>())
                .add(AccuracySums.interval(row)));
    return found;
  }

  /** Names are joined only where groups are named by them. */
  private static String fromCells(Set<AccuracyDimension> by) {
    return "FROM cell c"
        + (by.contains(AccuracyDimension.SERIES)
            ? " JOIN monitor.series n ON n.series_id = c.series_id"
            : "")
        + (by.contains(AccuracyDimension.VERSION)
            ? " JOIN monitor.model_version v ON v.model_version_id = c.model_version_id"
            : "");
  }

  private static List<Field<?>> keys(Set<AccuracyDimension> by) {
    var keys = new ArrayList<Field<?>>();
    for (AccuracyDimension dimension : by) {
      switch (dimension) {
        case SERIES -> keys.add(SERIES);
        case VERSION -> {
          keys.add(MODEL);
          keys.add(VERSION);
        }
        case ROLE -> keys.add(ROLE);
        case STEP -> keys.add(STEP);
      }
    }
    return keys;
  }

  private static String listed(List<Field<?>> keys) {
    return keys.stream().map(key -> key.getName() + ", ").collect(Collectors.joining());
  }

  /**
   * @param last what to group and order by after the keys, such as {@code x DESC}; empty: nothing
   */
  private static String groupedAndOrdered(List<Field<?>> keys, String last) {
    var order = new ArrayList<>(keys.stream().map(Field::getName).toList());
    if (!last.isEmpty()) {
      order.add(last);
    }
    String text = String.join(", ", order);
    return text.isEmpty()
        ? ""
        : "GROUP BY %s ORDER BY %s".formatted(text.replace(" DESC", ""), text);
  }

  /** Only the groups of the page. */
  private static Condition between(List<Field<?>> keys, List<Object> first, List<Object> last) {
    var row = DSL.row(keys);
    return row.ge(DSL.row(first)).and(row.le(DSL.row(last)));
  }

  /** The keys are the first columns. */
  private static List<Object> key(List<Field<?>> keys, Record row) {
    var values = new ArrayList<Object>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      values.add(row.get(i, keys.get(i).getType()));
    }
    return values;
  }

  private static AccuracyGroup group(
      Set<AccuracyDimension> by, Record row, AccuracyFigures figures) {
    return new AccuracyGroup(
        by.contains(AccuracyDimension.SERIES)
            ? Optional.of(row.get("name", String.class))
            : Optional.empty(),
        by.contains(AccuracyDimension.VERSION)
            ? Optional.of(
                new ModelVersion(row.get("model", String.class), row.get("version", String.class)))
            : Optional.empty(),
        by.contains(AccuracyDimension.ROLE)
            ? Optional.of(PredictionRole.ofCode(row.get("role", Short.class)))
            : Optional.empty(),
        by.contains(AccuracyDimension.STEP)
            ? OptionalInt.of(row.get("step", Integer.class))
            : OptionalInt.empty(),
        figures);
  }
}
