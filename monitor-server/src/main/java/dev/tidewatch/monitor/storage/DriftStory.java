package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.DecisionStory.within;
import static dev.tidewatch.monitor.storage.jooq.Tables.DRIFT_VERDICT;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.drift.DriftKind;
import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.story.StoryLine;
import dev.tidewatch.monitor.story.StorySource;
import dev.tidewatch.serverkit.database.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** How far what a model sees and how it errs drifted. */
public final class DriftStory implements StorySource {
  private final Database database;

  public DriftStory(Database database) {
    this.database = database;
  }

  @Override
  public List<StoryLine> lines(String model, TimeSpan span, int limit) {
    return database
        .dsl()
        .select(DRIFT_VERDICT.fields())
        .select(MODEL_VERSION.VERSION, SERIES.NAME)
        .from(DRIFT_VERDICT)
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(DRIFT_VERDICT.MODEL_VERSION_ID))
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(DRIFT_VERDICT.SERIES_ID))
        .where(MODEL_VERSION.MODEL.eq(model))
        .and(DRIFT_VERDICT.LEVEL.ge((short) DriftLevel.MODERATE.code()))
        .and(within(DRIFT_VERDICT.TIME, span))
        .orderBy(
            DRIFT_VERDICT.TIME,
            DRIFT_VERDICT.MODEL_VERSION_ID,
            DRIFT_VERDICT.SERIES_ID,
            DRIFT_VERDICT.INPUT,
            DRIFT_VERDICT.KIND)
        .limit(limit)
        .fetch(DriftStory::line);
  }

  private static StoryLine line(Record row) {
    var figures = new LinkedHashMap<String, Double>();
    figures.put("samples", (double) row.get(DRIFT_VERDICT.SAMPLES));
    put(figures, "psi", row.get(DRIFT_VERDICT.PSI));
    put(figures, "kolmogorov", row.get(DRIFT_VERDICT.KOLMOGOROV));
    put(figures, "wasserstein", row.get(DRIFT_VERDICT.WASSERSTEIN));
    put(figures, "jensen_shannon", row.get(DRIFT_VERDICT.JENSEN_SHANNON));
    return new StoryLine(
        row.get(DRIFT_VERDICT.TIME),
        "drift",
        "%s drift (%s) of version %s at %s: %s"
            .formatted(
                DriftLevel.ofCode(row.get(DRIFT_VERDICT.LEVEL)).name().toLowerCase(Locale.ROOT),
                DriftKind.ofCode(row.get(DRIFT_VERDICT.KIND)).name().toLowerCase(Locale.ROOT),
                row.get(MODEL_VERSION.VERSION),
                row.get(SERIES.NAME),
                row.get(DRIFT_VERDICT.REASON)),
        figures,
        "");
  }

  private static void put(Map<String, Double> figures, String name, @Nullable Double value) {
    if (value != null) {
      figures.put(name, value);
    }
  }
}
