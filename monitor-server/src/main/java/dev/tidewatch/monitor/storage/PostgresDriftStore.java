package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DRIFT_NEWEST;
import static dev.tidewatch.monitor.storage.jooq.Tables.DRIFT_REFERENCE;
import static dev.tidewatch.monitor.storage.jooq.Tables.DRIFT_SKETCH;
import static dev.tidewatch.monitor.storage.jooq.Tables.DRIFT_VERDICT;
import static dev.tidewatch.monitor.storage.jooq.Tables.GRID;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.drift.DriftReference;
import dev.tidewatch.monitor.drift.DriftReference.ReferenceSketch;
import dev.tidewatch.monitor.drift.DriftStore;
import dev.tidewatch.monitor.drift.DriftVerdict;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** References and verdicts on PostgreSQL. */
public final class PostgresDriftStore implements DriftStore {
  private static final int NEWEST_MAX = 1000;
  private static final int SKETCHES_PER_STATEMENT = 500;

  /** Freshest step of each target. */
  private static final String PREDICTED =
      """
      SELECT DISTINCT ON (s.target_time)
        (extract(epoch FROM s.target_time) * 1000000)::bigint, s.mean
      FROM monitor.prediction_step s
      JOIN monitor.prediction p ON p.prediction_id = s.prediction_id AND p.origin = s.origin
      WHERE s.series_id = (SELECT series_id FROM monitor.series WHERE name = ?)
        AND s.target_time >= timestamptz 'epoch' + ? * interval '1 microsecond'
        AND s.target_time < timestamptz 'epoch' + ? * interval '1 microsecond'
        AND p.model_version_id =
          (SELECT model_version_id FROM monitor.model_version WHERE model = ? AND version = ?)
      ORDER BY s.target_time, s.step
      """;

  private final Database database;
  private final Numbers numbers;
  private final MonthlyPartitions partitions;

  public PostgresDriftStore(Database database, int shardCount) {
    this.database = database;
    this.numbers = new Numbers(database.dsl(), shardCount);
    this.partitions = new MonthlyPartitions(database.dsl());
  }

  @Override
  public boolean register(DriftReference reference, Instant at) {
    int version = numbers.ofVersion(reference.version());
    int grid = numbers.ofGrid(reference.grid());
    Long series = reference.series().map(this::seriesId).orElse(null);
    byte[] digest = ReferenceDigest.of(reference);
    return database.inTransaction(db -> {
      Integer id =
          db.insertInto(DRIFT_REFERENCE)
              .set(DRIFT_REFERENCE.MODEL_VERSION_ID, version)
              .set(DRIFT_REFERENCE.SERIES_ID, series)
              .set(DRIFT_REFERENCE.GRID_ID, grid)
              .set(DRIFT_REFERENCE.DIGEST, digest)
              .set(DRIFT_REFERENCE.REGISTERED_AT, DriftVerdicts.micros(at))
              .set(DRIFT_REFERENCE.COMPARE_AT, DriftVerdicts.micros(at))
              .onConflictDoNothing()
              .returningResult(DRIFT_REFERENCE.REFERENCE_ID)
              .fetchOne(DRIFT_REFERENCE.REFERENCE_ID);
      if (id == null) {
        requireSame(db, reference, version, series, digest);
        return false;
      }
      insertSketches(db, id, reference.sketches());
      return true;
    });
  }

  private long seriesId(String name) {
    Long id = numbers.ofSeries(List.of(name)).get(name);
    if (id == null) {
      throw new IllegalStateException("no number for series " + name);
    }
    return id;
  }

  private static void requireSame(
      DSLContext db, DriftReference reference, int version, @Nullable Long series, byte[] digest) {
    byte[] there =
        db.select(DRIFT_REFERENCE.DIGEST)
            .from(DRIFT_REFERENCE)
            .where(DRIFT_REFERENCE.MODEL_VERSION_ID.eq(version))
            .and(
                series == null
                    ? DRIFT_REFERENCE.SERIES_ID.isNull()
                    : DRIFT_REFERENCE.SERIES_ID.eq(series))
            .fetchSingle(DRIFT_REFERENCE.DIGEST);
    if (!Arrays.equals(there, digest)) {
      throw new AlreadyExists(
          "REFERENCE_EXISTS",
          "version: %s %s has another reference for %s; a version is never changed, so register this one under a version of its own"
              .formatted(
                  reference.version().model(),
                  reference.version().version(),
                  reference.series().map(name -> "series " + name).orElse("all its series")));
    }
  }

  private static void insertSketches(DSLContext db, int id, List<ReferenceSketch> sketches) {
    for (int from = 0; from < sketches.size(); from += SKETCHES_PER_STATEMENT) {
      var insert = db.insertQuery(DRIFT_SKETCH);
      for (ReferenceSketch sketch :
          sketches.subList(from, Math.min(sketches.size(), from + SKETCHES_PER_STATEMENT))) {
        insert.newRecord();
        insert.addValue(DRIFT_SKETCH.REFERENCE_ID, id);
        insert.addValue(DRIFT_SKETCH.INPUT, sketch.input());
        insert.addValue(DRIFT_SKETCH.HOUR_OF_WEEK, (short) sketch.hourOfWeek());
        insert.addValue(DRIFT_SKETCH.SOURCE, sketch.source());
        insert.addValue(DRIFT_SKETCH.SAMPLES, sketch.samples());
        insert.addValue(DRIFT_SKETCH.MISSING_SHARE, sketch.missingShare());
        insert.addValue(DRIFT_SKETCH.PAYLOAD, sketch.payload());
      }
      insert.execute();
    }
  }

  @Override
  public boolean hasReference(ModelVersion version) {
    return database
        .dsl()
        .fetchExists(
            database
                .dsl()
                .selectOne()
                .from(DRIFT_REFERENCE)
                .join(MODEL_VERSION)
                .on(MODEL_VERSION.MODEL_VERSION_ID.eq(DRIFT_REFERENCE.MODEL_VERSION_ID))
                .where(MODEL_VERSION.MODEL.eq(version.model()))
                .and(MODEL_VERSION.VERSION.eq(version.version())));
  }

  @Override
  public List<DriftVerdict> newest(
      Optional<String> model,
      Optional<String> version,
      Optional<String> series,
      DriftLevel levelMin) {
    Condition condition = DRIFT_NEWEST.LEVEL.ge((short) levelMin.code());
    condition = model.map(MODEL_VERSION.MODEL::eq).map(condition::and).orElse(condition);
    condition = version.map(MODEL_VERSION.VERSION::eq).map(condition::and).orElse(condition);
    condition = series.map(SERIES.NAME::eq).map(condition::and).orElse(condition);
    return newestWhere(condition, NEWEST_MAX);
  }

  private List<DriftVerdict> newestWhere(Condition condition, int limit) {
    return database
        .dsl()
        .select(DRIFT_NEWEST.fields())
        .select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION, SERIES.NAME)
        .from(DRIFT_NEWEST)
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(DRIFT_NEWEST.MODEL_VERSION_ID))
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(DRIFT_NEWEST.SERIES_ID))
        .where(condition)
        .orderBy(
            DRIFT_NEWEST.LEVEL.desc(),
            SERIES.NAME,
            DRIFT_NEWEST.INPUT,
            DRIFT_NEWEST.KIND,
            DRIFT_NEWEST.TIME.desc())
        .limit(limit)
        .fetch(DriftVerdicts::newest);
  }

  @Override
  public Page<DriftVerdict, NewestCursor> newest(
      ModelVersion version, Optional<String> series, Optional<NewestCursor> after, int size) {
    Condition condition =
        MODEL_VERSION.MODEL.eq(version.model()).and(MODEL_VERSION.VERSION.eq(version.version()));
    condition = series.map(SERIES.NAME::eq).map(condition::and).orElse(condition);
    if (after.isPresent()) {
      NewestCursor cursor = after.get();
      condition =
          condition.and(
              DRIFT_NEWEST
                  .LEVEL
                  .lt((short) cursor.level())
                  .or(
                      DRIFT_NEWEST
                          .LEVEL
                          .eq((short) cursor.level())
                          .and(
                              DSL.row(SERIES.NAME, DRIFT_NEWEST.INPUT, DRIFT_NEWEST.KIND)
                                  .gt(cursor.series(), cursor.input(), (short) cursor.kind()))));
    }
    return Page.of(
        newestWhere(condition, size + 1),
        size,
        verdict ->
            new NewestCursor(
                verdict.level().code(), verdict.series(), verdict.input(), verdict.kind().code()));
  }

  /** A verdict of the history with its place. */
  private record Placed(DriftVerdict verdict, HistoryCursor cursor) {}

  @Override
  public Page<DriftVerdict, HistoryCursor> history(
      Filter filter, TimeSpan span, Optional<HistoryCursor> after, int size) {
    var conditions = new ArrayList<Condition>();
    filter.model().ifPresent(model -> conditions.add(MODEL_VERSION.MODEL.eq(model)));
    filter.version().ifPresent(version -> conditions.add(MODEL_VERSION.VERSION.eq(version)));
    filter.series().ifPresent(series -> conditions.add(SERIES.NAME.eq(series)));
    filter.kind().ifPresent(kind -> conditions.add(DRIFT_VERDICT.KIND.eq((short) kind.code())));
    filter
        .levelMin()
        .ifPresent(level -> conditions.add(DRIFT_VERDICT.LEVEL.ge((short) level.code())));
    span.from().ifPresent(from -> conditions.add(DRIFT_VERDICT.TIME.ge(from)));
    span.to().ifPresent(to -> conditions.add(DRIFT_VERDICT.TIME.lt(to)));
    after.ifPresent(cursor -> conditions.add(behind(cursor)));
    List<Placed> rows =
        database
            .dsl()
            .select(DRIFT_VERDICT.fields())
            .select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION, SERIES.NAME)
            .from(DRIFT_VERDICT)
            .join(MODEL_VERSION)
            .on(MODEL_VERSION.MODEL_VERSION_ID.eq(DRIFT_VERDICT.MODEL_VERSION_ID))
            .join(SERIES)
            .on(SERIES.SERIES_ID.eq(DRIFT_VERDICT.SERIES_ID))
            .where(conditions)
            .orderBy(
                DRIFT_VERDICT.TIME.desc(),
                DRIFT_VERDICT.MODEL_VERSION_ID,
                DRIFT_VERDICT.SERIES_ID,
                DRIFT_VERDICT.INPUT,
                DRIFT_VERDICT.KIND)
            .limit(size + 1)
            .fetch(row ->
                new Placed(
                    DriftVerdicts.logged(row),
                    new HistoryCursor(
                        row.get(DRIFT_VERDICT.TIME),
                        row.get(DRIFT_VERDICT.MODEL_VERSION_ID),
                        row.get(DRIFT_VERDICT.SERIES_ID),
                        row.get(DRIFT_VERDICT.INPUT),
                        row.get(DRIFT_VERDICT.KIND))));
    Page<Placed, HistoryCursor> page = Page.of(rows, size, Placed::cursor);
    return new Page<>(page.items().stream().map(Placed::verdict).toList(), page.next());
  }

  private static Condition behind(HistoryCursor cursor) {
    return DRIFT_VERDICT
        .TIME
        .lt(cursor.time())
        .or(
            DRIFT_VERDICT
                .TIME
                .eq(cursor.time())
                .and(
                    DSL.row(
                            DRIFT_VERDICT.MODEL_VERSION_ID,
                            DRIFT_VERDICT.SERIES_ID,
                            DRIFT_VERDICT.INPUT,
                            DRIFT_VERDICT.KIND)
                        .gt(
                            cursor.modelVersionId(),
                            cursor.seriesId(),
                            cursor.input(),
                            (short) cursor.kind())));
  }

  @Override
  public List<Due> takeDue(Instant now, Instant next, int limit) {
    return database.inTransaction(db -> {
      List<Due> due =
          db.select(DRIFT_REFERENCE.REFERENCE_ID)
              .select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
              .select(
                  DSL.field(
                          DSL.select(SERIES.NAME)
                              .from(SERIES)
                              .where(SERIES.SERIES_ID.eq(DRIFT_REFERENCE.SERIES_ID)))
                      .as("series"))
              .from(DRIFT_REFERENCE)
              .join(MODEL_VERSION)
              .on(MODEL_VERSION.MODEL_VERSION_ID.eq(DRIFT_REFERENCE.MODEL_VERSION_ID))
              .where(DRIFT_REFERENCE.COMPARE_AT.le(now))
              .orderBy(DRIFT_REFERENCE.COMPARE_AT)
              .limit(limit)
              .forUpdate()
              .of(DRIFT_REFERENCE)
              .skipLocked()
              .fetch(row ->
                  new Due(
                      row.get(DRIFT_REFERENCE.REFERENCE_ID),
                      new ModelVersion(
                          row.get(MODEL_VERSION.MODEL), row.get(MODEL_VERSION.VERSION)),
                      Optional.ofNullable(row.get("series", String.class))));
      if (!due.isEmpty()) {
        db.update(DRIFT_REFERENCE)
            .set(DRIFT_REFERENCE.COMPARE_AT, DriftVerdicts.micros(next))
            .where(DRIFT_REFERENCE.REFERENCE_ID.in(due.stream().map(Due::referenceId).toList()))
            .execute();
      }
      return due;
    });
  }

  @Override
  public Optional<DriftReference> reference(int referenceId) {
    DSLContext db = database.dsl();
    var head =
        db.select(GRID.fields())
            .select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
            .select(
                DSL.field(
                        DSL.select(SERIES.NAME)
                            .from(SERIES)
                            .where(SERIES.SERIES_ID.eq(DRIFT_REFERENCE.SERIES_ID)))
                    .as("series"))
            .from(DRIFT_REFERENCE)
            .join(GRID)
            .on(GRID.GRID_ID.eq(DRIFT_REFERENCE.GRID_ID))
            .join(MODEL_VERSION)
            .on(MODEL_VERSION.MODEL_VERSION_ID.eq(DRIFT_REFERENCE.MODEL_VERSION_ID))
            .where(DRIFT_REFERENCE.REFERENCE_ID.eq(referenceId))
            .fetchOptional();
    return head.map(row ->
        new DriftReference(
            new ModelVersion(row.get(MODEL_VERSION.MODEL), row.get(MODEL_VERSION.VERSION)),
            Optional.ofNullable(row.get("series", String.class)),
            Numbers.gridOf(row),
            db.selectFrom(DRIFT_SKETCH)
                .where(DRIFT_SKETCH.REFERENCE_ID.eq(referenceId))
                .orderBy(DRIFT_SKETCH.INPUT, DRIFT_SKETCH.HOUR_OF_WEEK)
                .fetch(sketch ->
                    new ReferenceSketch(
                        sketch.getInput(),
                        sketch.getHourOfWeek(),
                        sketch.getSource(),
                        sketch.getSamples(),
                        sketch.getMissingShare(),
                        sketch.getPayload()))));
  }

  @Override
  public List<String> watched(Due due, Instant since, int limit) {
    DSLContext db = database.dsl();
    Condition ofVersion =
        PREDICTION.MODEL_VERSION_ID.eq(
            DSL.select(MODEL_VERSION.MODEL_VERSION_ID)
                .from(MODEL_VERSION)
                .where(MODEL_VERSION.MODEL.eq(due.version().model()))
                .and(MODEL_VERSION.VERSION.eq(due.version().version())));
    if (due.series().isEmpty()) {
      return db.selectDistinct(SERIES.NAME)
          .from(PREDICTION)
          .join(SERIES)
          .on(SERIES.SERIES_ID.eq(PREDICTION.SERIES_ID))
          .where(ofVersion)
          .and(PREDICTION.ORIGIN.ge(since))
          .orderBy(SERIES.NAME)
          .limit(limit)
          .fetch(SERIES.NAME);
    }
    String name = due.series().get();
    var later = DRIFT_REFERENCE.as("later");
    var ofLater = MODEL_VERSION.as("of_later");
    return db.select(SERIES.NAME)
        .from(SERIES)
        .where(SERIES.NAME.eq(name))
        .and(
            DSL.exists(
                    DSL.selectOne()
                        .from(PREDICTION)
                        .where(PREDICTION.SERIES_ID.eq(SERIES.SERIES_ID))
                        .and(PREDICTION.ORIGIN.ge(since))
                        .and(ofVersion))
                .or(
                    DSL.notExists(
                        DSL.selectOne()
                            .from(later)
                            .join(ofLater)
                            .on(ofLater.MODEL_VERSION_ID.eq(later.MODEL_VERSION_ID))
                            .where(later.SERIES_ID.eq(SERIES.SERIES_ID))
                            .and(ofLater.MODEL.eq(due.version().model()))
                            .and(later.REFERENCE_ID.gt(due.referenceId())))))
        .fetch(SERIES.NAME);
  }

  @Override
  public List<Predicted> predicted(ModelVersion version, String series, Instant from, Instant to) {
    return database
        .dsl()
        .resultQuery(
            PREDICTED,
            DSL.val(series),
            DSL.val(Times.floorToMicros(from)),
            DSL.val(Times.floorToMicros(to)),
            DSL.val(version.model()),
            DSL.val(version.version()))
        .fetch(row -> new Predicted(row.get(0, Long.class), row.get(1, Double.class)));
  }

  @Override
  public void record(List<DriftVerdict> verdicts) {
    if (verdicts.isEmpty()) {
      return;
    }
    Map<String, Long> series =
        numbers.ofSeries(verdicts.stream().map(DriftVerdict::series).collect(Collectors.toSet()));
    verdicts.forEach(verdict -> partitions.ensure("drift_verdict", verdict.time()));
    // In one order everywhere, so that two writers never wait for each other.
    List<DriftVerdict> sorted =
        verdicts.stream()
            .sorted(
                Comparator.comparing(DriftVerdict::series)
                    .thenComparing(v -> v.version().toString())
                    .thenComparing(DriftVerdict::input)
                    .thenComparing(DriftVerdict::kind))
            .toList();
    database.inTransaction(db -> {
      for (DriftVerdict verdict : sorted) {
        Long id = series.get(verdict.series());
        if (id == null) {
          throw new IllegalStateException("no number for series " + verdict.series());
        }
        DriftVerdicts.write(db, numbers.ofVersion(verdict.version()), id, verdict);
      }
      return null;
    });
  }
}
