package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.HEALTH_NEWEST;
import static dev.tidewatch.monitor.storage.jooq.Tables.HEALTH_POINT;
import static dev.tidewatch.monitor.storage.jooq.Tables.HEALTH_ROUND;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.health.HealthPart;
import dev.tidewatch.monitor.health.HealthScore;
import dev.tidewatch.monitor.health.HealthStore;
import dev.tidewatch.monitor.health.PartKind;
import dev.tidewatch.monitor.health.SubjectKind;
import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Scores on PostgreSQL. */
public final class PostgresHealthStore implements HealthStore {
  /** The bound is said twice, so that both look at old partitions alone. */
  private static final String PRUNE =
      """
      WITH old AS (
        SELECT kind, subject, scored_at FROM monitor.health_point WHERE scored_at < {0} LIMIT {1}
      )
      DELETE FROM monitor.health_point p USING old
      WHERE p.kind = old.kind AND p.subject = old.subject AND p.scored_at = old.scored_at AND p.scored_at < {0}
      """;

  private static final int SCORES_PER_STATEMENT = 500;
  private static final double POINT_STEP = 1;
  private static final Duration POINT_EVERY = Duration.ofHours(1);

  private final Database database;
  private final MonthlyPartitions partitions;

  public PostgresHealthStore(Database database) {
    this.database = database;
    this.partitions = new MonthlyPartitions(database.dsl());
  }

  @Override
  public Optional<HealthScore> newest(SubjectKind kind, String subject) {
    return database
        .dsl()
        .selectFrom(HEALTH_NEWEST)
        .where(HEALTH_NEWEST.KIND.eq((short) kind.code()))
        .and(HEALTH_NEWEST.SUBJECT.eq(subject))
        .fetchOptional(PostgresHealthStore::newest);
  }

  @Override
  public Page<HealthScore, ScoreCursor> page(Filter filter, Optional<ScoreCursor> after, int size) {
    Condition condition = HEALTH_NEWEST.SCORE.le(filter.scoreMax());
    if (filter.kind().isPresent()) {
      condition = condition.and(HEALTH_NEWEST.KIND.eq((short) filter.kind().get().code()));
    }
    if (filter.prefix().isPresent()) {
      condition = condition.and(HEALTH_NEWEST.SUBJECT.startsWith(filter.prefix().get()));
    }
    if (after.isPresent()) {
      ScoreCursor cursor = after.get();
      condition =
          condition.and(
              DSL.row(HEALTH_NEWEST.SCORE, HEALTH_NEWEST.KIND, HEALTH_NEWEST.SUBJECT)
                  .gt(cursor.score(), (short) cursor.kind().code(), cursor.subject()));
    }
    return Page.of(
        database
            .dsl()
            .selectFrom(HEALTH_NEWEST)
            .where(condition)
            .orderBy(HEALTH_NEWEST.SCORE, HEALTH_NEWEST.KIND, HEALTH_NEWEST.SUBJECT)
            .limit(size + 1)
            .fetch(PostgresHealthStore::newest),
        size,
        score -> new ScoreCursor(score.score(), score.kind(), score.subject()));
  }

  @Override
  public List<HealthScore> points(Subject subject, Instant from, Instant to, Duration bucket) {
    Field<Long> bucketNumber = bucket(from, bucket);
    return database
        .dsl()
        .select(HEALTH_POINT.fields())
        .distinctOn(bucketNumber)
        .from(HEALTH_POINT)
        .where(HEALTH_POINT.KIND.eq((short) subject.kind().code()))
        .and(HEALTH_POINT.SUBJECT.eq(subject.name()))
        .and(HEALTH_POINT.SCORED_AT.ge(from))
        .and(HEALTH_POINT.SCORED_AT.lt(to))
        .orderBy(bucketNumber, HEALTH_POINT.SCORED_AT.desc())
        .fetch(PostgresHealthStore::point);
  }

  @Override
  public Map<Subject, double[]> scores(
      Collection<Subject> subjects, Instant from, Instant to, Duration bucket) {
    if (subjects.isEmpty()) {
      return Map.of();
    }
    Field<Long> bucketNumber = bucket(from, bucket);
    var lists = new HashMap<Subject, List<Double>>();
    database
        .dsl()
        .select(HEALTH_POINT.KIND, HEALTH_POINT.SUBJECT, HEALTH_POINT.SCORE)
        .distinctOn(HEALTH_POINT.KIND, HEALTH_POINT.SUBJECT, bucketNumber)
        .from(HEALTH_POINT)
        .where(HEALTH_POINT.SUBJECT.in(subjects.stream().map(Subject::name).distinct().toList()))
        .and(HEALTH_POINT.SCORED_AT.ge(from))
        .and(HEALTH_POINT.SCORED_AT.lt(to))
        .orderBy(
            HEALTH_POINT.KIND, HEALTH_POINT.SUBJECT, bucketNumber, HEALTH_POINT.SCORED_AT.desc())
        .forEach(row ->
            lists
                .computeIfAbsent(
                    new Subject(SubjectKind.ofCode(row.value1()), row.value2()),
                    subject -> new ArrayList<>())
                .add(row.value3()));
    var scores = new HashMap<Subject, double[]>();
    lists.forEach((subject, list) ->
        scores.put(subject, list.stream().mapToDouble(Double::doubleValue).toArray()));
    return scores;
  }

  private static Field<Long> bucket(Instant from, Duration bucket) {
    return DSL.field(
        "floor(extract(epoch FROM ({0} - {1})) / {2})::bigint",
        SQLDataType.BIGINT,
        HEALTH_POINT.SCORED_AT,
        DSL.inline(from, HEALTH_POINT.SCORED_AT.getDataType()),
        DSL.inline(bucket.toMillis() / 1e3));
  }

  @Override
  public void record(List<HealthScore> scores, Instant at, boolean whole) {
    partitions.ensure("health_point", at);
    for (int from = 0; from < scores.size(); from += SCORES_PER_STATEMENT) {
      List<HealthScore> some =
          scores.subList(from, Math.min(scores.size(), from + SCORES_PER_STATEMENT));
      database.inTransaction(db -> {
        write(db, some, at);
        return some.size();
      });
    }
    if (whole) {
      database.dsl().deleteFrom(HEALTH_NEWEST).where(HEALTH_NEWEST.SCORED_AT.lt(at)).execute();
    }
  }

  private static void write(DSLContext db, List<HealthScore> scores, Instant at) {
    Map<Subject, Point> points = new HashMap<>();
    db.select(
            HEALTH_NEWEST.KIND,
            HEALTH_NEWEST.SUBJECT,
            HEALTH_NEWEST.POINT_SCORE,
            HEALTH_NEWEST.POINT_AT)
        .from(HEALTH_NEWEST)
        .where(HEALTH_NEWEST.SUBJECT.in(scores.stream().map(HealthScore::subject).toList()))
        .forEach(row ->
            points.put(
                new Subject(SubjectKind.ofCode(row.value1()), row.value2()),
                new Point(row.value3(), row.value4())));
    for (HealthScore score : scores) {
      Point before = points.get(new Subject(score.kind(), score.subject()));
      boolean moved =
          before == null
              || Math.abs(before.score() - score.score()) >= POINT_STEP
              || !at.isBefore(before.at().plus(POINT_EVERY));
      var newest = db.newRecord(HEALTH_NEWEST);
      newest.setKind((short) score.kind().code());
      newest.setSubject(score.subject());
      newest.setScore(score.score());
      newest.setPartKinds(
          score.parts().stream().map(part -> (short) part.kind().code()).toArray(Short[]::new));
      newest.setPartScores(score.parts().stream().map(HealthPart::score).toArray(Double[]::new));
      newest.setPartWeights(score.parts().stream().map(HealthPart::weight).toArray(Double[]::new));
      newest.setPartReasons(score.parts().stream().map(HealthPart::reason).toArray(String[]::new));
      newest.setRecommendation(score.recommendation());
      newest.setScoredAt(at);
      newest.setPointScore(moved || before == null ? score.score() : before.score());
      newest.setPointAt(moved || before == null ? at : before.at());
      db.insertInto(HEALTH_NEWEST).set(newest).onDuplicateKeyUpdate().set(newest).execute();
      if (moved) {
        db.insertInto(HEALTH_POINT).set(newest.into(HEALTH_POINT)).onConflictDoNothing().execute();
      }
    }
  }

  private record Point(double score, Instant at) {}

  @Override
  public boolean takeRound(Instant now, Instant next) {
    return database
            .dsl()
            .update(HEALTH_ROUND)
            .set(HEALTH_ROUND.NEXT_AT, next)
            .where(HEALTH_ROUND.NEXT_AT.le(now))
            .execute()
        == 1;
  }

  @Override
  public void giveRoundBack(Instant now, Instant next) {
    database
        .dsl()
        .update(HEALTH_ROUND)
        .set(HEALTH_ROUND.NEXT_AT, now)
        .where(HEALTH_ROUND.NEXT_AT.eq(next))
        .execute();
  }

  @Override
  public int prune(Instant before, int rowsMax) {
    return database
        .dsl()
        .execute(
            PRUNE, DSL.val(before, HEALTH_POINT.SCORED_AT.getDataType()), DSL.val((long) rowsMax));
  }

  private static HealthScore newest(Record row) {
    return new HealthScore(
        SubjectKind.ofCode(row.get(HEALTH_NEWEST.KIND)),
        row.get(HEALTH_NEWEST.SUBJECT),
        row.get(HEALTH_NEWEST.SCORE),
        parts(
            row.get(HEALTH_NEWEST.PART_KINDS),
            row.get(HEALTH_NEWEST.PART_SCORES),
            row.get(HEALTH_NEWEST.PART_WEIGHTS),
            row.get(HEALTH_NEWEST.PART_REASONS)),
        row.get(HEALTH_NEWEST.RECOMMENDATION),
        row.get(HEALTH_NEWEST.SCORED_AT));
  }

  private static HealthScore point(Record row) {
    return new HealthScore(
        SubjectKind.ofCode(row.get(HEALTH_POINT.KIND)),
        row.get(HEALTH_POINT.SUBJECT),
        row.get(HEALTH_POINT.SCORE),
        parts(
            row.get(HEALTH_POINT.PART_KINDS),
            row.get(HEALTH_POINT.PART_SCORES),
            row.get(HEALTH_POINT.PART_WEIGHTS),
            row.get(HEALTH_POINT.PART_REASONS)),
        row.get(HEALTH_POINT.RECOMMENDATION),
        row.get(HEALTH_POINT.SCORED_AT));
  }

  private static List<HealthPart> parts(
      Short[] kinds, Double[] scores, Double[] weights, String[] reasons) {
    var parts = new ArrayList<HealthPart>();
    for (int i = 0; i < kinds.length; i++) {
      parts.add(new HealthPart(PartKind.ofCode(kinds[i]), scores[i], weights[i], reasons[i]));
    }
    return parts;
  }
}
