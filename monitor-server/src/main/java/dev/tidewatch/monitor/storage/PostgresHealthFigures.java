package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.HEALTH_BASELINE;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.health.HealthFigures;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jooq.impl.DSL;

/** Anomalies and accuracy as health wants them. */
public final class PostgresHealthFigures implements HealthFigures {
  /** Fewer pairs are no baseline. */
  private static final long BASELINE_PAIRS_MIN = 48;

  private static final double LEVEL = 0.9;

  private final Database database;
  private final AccuracyStore accuracy;
  private final Numbers numbers;

  public PostgresHealthFigures(Database database, AccuracyStore accuracy, int shardCount) {
    this.database = database;
    this.accuracy = accuracy;
    this.numbers = new Numbers(database.dsl(), shardCount);
  }

  @Override
  public Map<String, Map<Severity, Long>> anomalies(Instant from, Instant to) {
    var counts = new HashMap<String, Map<Severity, Long>>();
    database
        .dsl()
        .select(SERIES.NAME, ANOMALY.SEVERITY, DSL.count())
        .from(ANOMALY)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
        .where(ANOMALY.TIME.ge(from))
        .and(ANOMALY.TIME.lt(to))
        .and(ANOMALY.STATUS.ne((short) AnomalyStatus.FALSE_ALARM.code()))
        .and(ANOMALY.SUPPRESSION_WINDOW_ID.isNull())
        .groupBy(SERIES.NAME, ANOMALY.SEVERITY)
        .forEach(row ->
            counts
                .computeIfAbsent(row.value1(), name -> new EnumMap<>(Severity.class))
                .put(Severity.ofCode(row.value2()), row.value3().longValue()));
    return counts;
  }

  @Override
  public List<Quality> qualities(Instant from, Instant to, int max) {
    var champions =
        new PredictionFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(PredictionRole.CHAMPION),
            Optional.empty());
    List<AccuracyGroup> groups =
        accuracy.answer(
            new AccuracyQuestion(
                champions,
                from,
                to,
                EnumSet.of(AccuracyDimension.SERIES, AccuracyDimension.VERSION),
                0,
                max));
    Map<String, Double> baselines = baselines();
    var qualities = new ArrayList<Quality>();
    for (AccuracyGroup group : groups) {
      String series = group.series().orElseThrow();
      ModelVersion version = group.version().orElseThrow();
      long pairs = group.figures().pairs();
      OptionalDouble error = group.figures().mae();
      if (error.isEmpty() || qualities.size() >= max) {
        continue;
      }
      Double baseline = baselines.get(key(series, version));
      if (baseline == null && pairs >= BASELINE_PAIRS_MIN) {
        keep(series, version, error.getAsDouble(), pairs, to);
        baseline = error.getAsDouble();
      }
      Optional<IntervalFigures> interval =
          group.figures().intervals().stream()
              .min(Comparator.comparingDouble(figures -> Math.abs(figures.level() - LEVEL)));
      qualities.add(
          new Quality(
              series,
              version,
              pairs,
              error.getAsDouble(),
              baseline == null ? OptionalDouble.empty() : OptionalDouble.of(baseline),
              interval.isPresent()
                  ? OptionalDouble.of(interval.get().level())
                  : OptionalDouble.empty(),
              interval.isPresent()
                  ? OptionalDouble.of(interval.get().coverage())
                  : OptionalDouble.empty()));
    }
    return qualities;
  }

  private Map<String, Double> baselines() {
    var found = new HashMap<String, Double>();
    database
        .dsl()
        .select(SERIES.NAME, MODEL_VERSION.MODEL, MODEL_VERSION.VERSION, HEALTH_BASELINE.ERROR)
        .from(HEALTH_BASELINE)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(HEALTH_BASELINE.SERIES_ID))
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(HEALTH_BASELINE.MODEL_VERSION_ID))
        .forEach(row ->
            found.put(
                key(row.value1(), new ModelVersion(row.value2(), row.value3())), row.value4()));
    return found;
  }

  private static String key(String series, ModelVersion version) {
    return String.join("\n", series, version.model(), version.version());
  }

  private void keep(
      String series, ModelVersion version, double error, long pairs, Instant measuredAt) {
    Long number = numbers.ofSeries(Set.of(series)).get(series);
    if (number == null) {
      throw new IllegalStateException("no number for series " + series);
    }
    database
        .dsl()
        .insertInto(HEALTH_BASELINE)
        .set(HEALTH_BASELINE.SERIES_ID, number)
        .set(HEALTH_BASELINE.MODEL_VERSION_ID, numbers.ofVersion(version))
        .set(HEALTH_BASELINE.ERROR, error)
        .set(HEALTH_BASELINE.PAIRS, pairs)
        .set(HEALTH_BASELINE.MEASURED_AT, measuredAt)
        .onConflictDoNothing()
        .execute();
  }
}
