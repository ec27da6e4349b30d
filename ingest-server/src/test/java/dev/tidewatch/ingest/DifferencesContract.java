package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DuplicatePolicy;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryChangesRequest;
import dev.tidewatch.proto.ingest.v1.QueryChangesResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.timeseries.Times;
import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What differs between two commits, applied to the state at one, gives the state at the other. */
abstract class DifferencesContract extends IngestContract {
  private static final int STEPS = 40;
  private static final int SERIES = 5;
  private static final int MINUTES = 1_000;

  /** The readings of each series by time, value and quality as text, and where the feed stood. */
  private record State(FeedToken position, Map<String, Map<Long, String>> readings) {}

  @Test
  void takesTheStateAtOneCommitToThatAtAnother() throws SQLException {
    for (long seed = 1; seed <= 3; seed++) {
      String prefix = "random-" + seed + "/";
      var random = new SplittableRandom(seed);
      List<State> states = new ArrayList<>();
      states.add(state(prefix));
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(5) == 0) {
          deleteSome(prefix, random);
        } else {
          ingestSome(prefix, random);
        }
        states.add(state(prefix));
      }
      for (int check = 0; check < 60; check++) {
        State before = states.get(random.nextInt(states.size()));
        State after = states.get(random.nextInt(states.size()));
        if (before.position().getPosition() > after.position().getPosition()) {
          State swapped = before;
          before = after;
          after = swapped;
        }
        assertThat(applied(before, changes(prefix, before.position(), after.position())))
            .as(
                "seed %d, from %d to %d",
                seed, before.position().getPosition(), after.position().getPosition())
            .isEqualTo(after.readings());
      }
    }
  }

  @Test
  void goesOnAcrossPages() throws SQLException {
    String name = "pages/a";
    ingestColumn(name, 0, 5_000, 1);
    FeedToken before = state("pages/").position();
    Map<String, Map<Long, String>> old = state("pages/").readings();
    ingestColumn(name, 1_000, 5_000, 2);
    delete(name, minute(200), minute(700));
    State after = state("pages/");

    List<ShardSection> sections = changes("pages/", before, after.position());

    assertThat(applied(new State(before, old), sections)).isEqualTo(after.readings());
    // Whole runs are told as such.
    assertThat(sections.stream().mapToInt(ShardSection::getDeletionsCount).sum())
        .isLessThanOrEqualTo(2);
    assertThat(readingsOfKind(sections, ReadingsChangeKind.READINGS_CHANGE_KIND_REPLACED))
        .isEqualTo(4_000);
    assertThat(readingsOfKind(sections, ReadingsChangeKind.READINGS_CHANGE_KIND_NEW))
        .isEqualTo(1_000);
  }

  @Test
  void tellsSeriesThatCameAndChanged() {
    create("cat/old");
    FeedToken before = state("cat/").position();
    create("cat/new");
    ingest
        .series()
        .updateSeries(
            dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest.newBuilder()
                .setSeries(Series.newBuilder().setName("cat/old").setUnit("Cel"))
                .setUpdateMask(com.google.protobuf.FieldMask.newBuilder().addPaths("unit"))
                .build());

    var kinds = new HashMap<String, SeriesChangeKind>();
    for (ShardSection section : changes("cat/", before, null)) {
      for (SeriesChange change : section.getSeriesList()) {
        kinds.put(change.getSeries().getName(), change.getKind());
        assertThat(section.getShard()).isEqualTo(change.getSeries().getShard());
      }
    }

    assertThat(kinds)
        .containsOnly(
            Map.entry("cat/old", SeriesChangeKind.SERIES_CHANGE_KIND_UPDATED),
            Map.entry("cat/new", SeriesChangeKind.SERIES_CHANGE_KIND_CREATED));
  }

  @Test
  void refusesPositionsThatAreNot() {
    FeedToken now = state("none/").position();
    var ahead = now.toBuilder().setPosition(now.getPosition() + 1_000).build();
    assertThatThrownBy(() -> changes("", ahead, null))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(StatusDetails.reason(e)).hasValue("AS_OF_AHEAD"));
    var other = now.toBuilder().setEpoch(now.getEpoch() + 1).build();
    assertThatThrownBy(() -> changes("", other, null))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(StatusDetails.reason(e)).hasValue("AS_OF_EXPIRED"));
    create("none/a");
    FeedToken later = state("none/").position();
    assertThatThrownBy(() -> changes("", later, now))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(StatusDetails.reason(e)).hasValue("FIELD_INVALID"));
  }

  private void create(String name) {
    ingest
        .series()
        .createSeries(
            CreateSeriesRequest.newBuilder()
                .setSeries(
                    Series.newBuilder()
                        .setName(name)
                        .setDuplicatePolicy(DuplicatePolicy.DUPLICATE_POLICY_KEEP_LAST))
                .build());
  }

  private void ingestSome(String prefix, SplittableRandom random) {
    var request = IngestReadingsRequest.newBuilder().setRequestId(UUID.randomUUID().toString());
    int columns = 1 + random.nextInt(3);
    for (int c = 0; c < columns; c++) {
      var column = SeriesReadings.newBuilder().setSeries(prefix + "s" + random.nextInt(SERIES));
      int first = random.nextInt(MINUTES);
      int step = 1 + random.nextInt(3);
      int count = 1 + random.nextInt(60);
      boolean qualities = random.nextInt(4) == 0;
      for (int i = 0; i < count; i++) {
        column.addTimesMicros(minute(first + (long) i * step)).addValues(random.nextInt(4));
        if (qualities) {
          column.addQualities(random.nextInt(3));
        }
      }
      request.addColumns(column);
    }
    ingest.ingest().ingestReadings(request.build());
  }

  private void ingestColumn(String name, int first, int count, double value) {
    var column = SeriesReadings.newBuilder().setSeries(name);
    for (int i = 0; i < count; i++) {
      column.addTimesMicros(minute(-10_000 + first + i)).addValues(value);
    }
    ingest
        .ingest()
        .ingestReadings(
            IngestReadingsRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .addColumns(column)
                .build());
  }

  private void deleteSome(String prefix, SplittableRandom random) throws SQLException {
    long from = random.nextInt(MINUTES);
    delete(prefix + "s" + random.nextInt(SERIES), minute(from), minute(from + random.nextInt(200)));
  }

  /** What deleting readings does to the tables. */
  private void delete(String name, long fromMicros, long toMicros) throws SQLException {
    ingest.execute(
        """
        SET search_path = ingest;
        BEGIN;
        WITH gone AS (
          DELETE FROM reading
          WHERE series_id = (SELECT series_id FROM series WHERE name = '%s' AND NOT deleted)
            AND time >= '%s' AND time < '%s'
          RETURNING series_id, time, value, quality, commit_id
        )
        INSERT INTO reading_superseded (series_id, time, value, quality, commit_id, superseded_by)
        SELECT series_id, time, value, quality, commit_id, pg_current_xact_id()::text::bigint FROM gone;
        WITH head AS (
          UPDATE feed_head SET position = position + 1, newest_commit_id = pg_current_xact_id()::text::bigint
          RETURNING position, commit_time, newest_commit_id
        )
        INSERT INTO feed_block (position, commit_id, commit_time, settled_below, newest_commit_id, stored_at, byte_count, reading_count)
        SELECT position, newest_commit_id, commit_time, pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
          newest_commit_id, commit_time, 0, 0 FROM head;
        COMMIT\
        """
            .formatted(name, Times.toInstant(fromMicros), Times.toInstant(toMicros)));
  }

  private State state(String prefix) {
    var readings = new TreeMap<String, Map<Long, String>>();
    FeedToken position = FeedToken.getDefaultInstance();
    Iterator<QueryReadingsResponse> answers =
        ingest
            .query()
            .queryReadings(
                QueryReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.newBuilder().setPrefix(prefix))
                    .setWithQualities(true)
                    .build());
    while (answers.hasNext()) {
      QueryReadingsResponse answer = answers.next();
      position = answer.getFeedPosition();
      for (SeriesReadings column : answer.getColumnsList()) {
        Map<Long, String> of =
            readings.computeIfAbsent(column.getSeries(), each -> new TreeMap<>());
        for (int i = 0; i < column.getTimesMicrosCount(); i++) {
          of.put(column.getTimesMicros(i), column.getValues(i) + "/" + column.getQualities(i));
        }
      }
    }
    return new State(position, readings);
  }

  private List<ShardSection> changes(
      String prefix, FeedToken after, @org.jspecify.annotations.Nullable FeedToken through) {
    var request =
        QueryChangesRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix(prefix))
            .setAfter(after);
    if (through != null) {
      request.setThrough(through);
    }
    var sections = new ArrayList<ShardSection>();
    Iterator<QueryChangesResponse> answers = ingest.query().queryChanges(request.build());
    while (answers.hasNext()) {
      QueryChangesResponse answer = answers.next();
      if (through != null) {
        assertThat(answer.getFeedPosition()).isEqualTo(through);
      }
      sections.addAll(answer.getSectionsList());
    }
    return sections;
  }

  private static long readingsOfKind(List<ShardSection> sections, ReadingsChangeKind kind) {
    return sections.stream()
        .flatMap(section -> section.getReadingsList().stream())
        .filter(change -> change.getKind() == kind)
        .mapToLong(ReadingsChange::getTimesMicrosCount)
        .sum();
  }

  private static Map<String, Map<Long, String>> applied(State to, List<ShardSection> sections) {
    var readings = new TreeMap<String, TreeMap<Long, String>>();
    to.readings().forEach((name, rows) -> readings.put(name, new TreeMap<>(rows)));
    for (ShardSection section : sections) {
      for (ReadingsDeletion deletion : section.getDeletionsList()) {
        readings
            .computeIfAbsent(deletion.getSeries(), name -> new TreeMap<>())
            .subMap(
                Times.toMicros(
                    deletion.getStartTime().getSeconds(), deletion.getStartTime().getNanos()),
                Times.toMicros(
                    deletion.getEndTime().getSeconds(), deletion.getEndTime().getNanos()))
            .clear();
      }
      for (ReadingsChange change : section.getReadingsList()) {
        Map<Long, String> of =
            readings.computeIfAbsent(change.getSeries(), name -> new TreeMap<>());
        boolean replaced = change.getKind() == ReadingsChangeKind.READINGS_CHANGE_KIND_REPLACED;
        for (int i = 0; i < change.getTimesMicrosCount(); i++) {
          int quality = change.getQualitiesCount() == 0 ? 0 : change.getQualities(i);
          Map<Long, String> before = to.readings().getOrDefault(change.getSeries(), Map.of());
          assertThat(before.containsKey(change.getTimesMicros(i))).isEqualTo(replaced);
          of.put(change.getTimesMicros(i), change.getValues(i) + "/" + quality);
        }
      }
    }
    readings.values().removeIf(Map::isEmpty);
    return new TreeMap<>(readings);
  }
}
