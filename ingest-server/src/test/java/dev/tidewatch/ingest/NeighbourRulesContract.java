package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DuplicatePolicy;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.proto.ingest.v1.ViolationAction;
import dev.tidewatch.serverkit.testing.Refusal;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The rules of a series that look at neighbouring readings. */
abstract class NeighbourRulesContract extends IngestContract {
  static final int STALE = 512;
  static final int RATE = 1024;
  static final int DECREASED = 2048;

  @Override
  Map<String, String> settings() {
    return Map.of("intake.commit-lanes", "4");
  }

  @Test
  void rulesAreKeptAsTheyWereSaidAndRefusedIfTheyMakeNoSense() {
    Series.Builder counter =
        Series.newBuilder()
            .setName("said")
            .setKind(SeriesKind.SERIES_KIND_COUNTER)
            .setValidation(
                Validation.newBuilder()
                    .setChangePerSecondMax(0.5)
                    .setRestartBelow(-3)
                    .setStaleAfter(Duration.newBuilder().setSeconds(90).setNanos(1_000))
                    .setOnViolation(ViolationAction.VIOLATION_ACTION_FLAG));
    create(counter);
    Series said =
        ingest
            .series()
            .getSeries(GetSeriesRequest.newBuilder().setSeries("said").build())
            .getSeries();
    assertThat(said.getValidation()).isEqualTo(counter.getValidation());

    Series.Builder other = counter.clone().setName("said/not");
    assertRefused(
        other.clone().setKind(SeriesKind.SERIES_KIND_GAUGE), "series.validation.restart_below");
    other.getValidationBuilder().setChangePerSecondMax(0);
    assertRefused(other, "series.validation.change_per_second_max");
    other.getValidationBuilder().setChangePerSecondMax(1).setStaleAfter(minutes(0));
    assertRefused(other, "series.validation.stale_after");
    other
        .getValidationBuilder()
        .setStaleAfter(Duration.newBuilder().setSeconds(1).setNanos(999).build());
    assertRefused(other, "stale_after is finer than a microsecond");
    // Nor can a series stop being a counter and keep the bound.
    assertThatThrownBy(() ->
            ingest
                .series()
                .updateSeries(
                    UpdateSeriesRequest.newBuilder()
                        .setSeries(said.toBuilder().setKind(SeriesKind.SERIES_KIND_GAUGE))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("kind"))
                        .build()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("series.validation.restart_below");
  }

  private void assertRefused(Series.Builder series, String field) {
    Refusal.of(() -> create(series)).is("INVALID_ARGUMENT", "FIELD_INVALID").says(field);
  }

  @Test
  void aCounterMayRiseAndRestartButNotFall() {
    create(Series.newBuilder().setName("meter").setKind(SeriesKind.SERIES_KIND_COUNTER));
    // 104 is no restart of 105, 10 is one; -1 is none of 12.
    assertRejects(
        send(column("meter", 0, 100, 105, 104, 106, 10, 12, -1, 12.5)),
        Map.of(
            2, RejectReason.REJECT_REASON_COUNTER_DECREASED,
            6, RejectReason.REJECT_REASON_COUNTER_DECREASED));
    // A tenth itself is no restart; and what was rejected is nobody's neighbour.
    assertRejects(
        send(column("meter", 8, 1.25, 12.4, 13, 1.2)),
        Map.of(
            0, RejectReason.REJECT_REASON_COUNTER_DECREASED,
            1, RejectReason.REJECT_REASON_COUNTER_DECREASED));
    assertThat(values("meter").values())
        .containsExactly(100.0, 105.0, 106.0, 10.0, 12.0, 12.5, 13.0, 1.2);
  }

  @Test
  void aCounterRestartsBelowItsBoundAndAReplacedMeterOnceTheBoundIsRaised() {
    var series =
        Series.newBuilder()
            .setName("meter-2")
            .setKind(SeriesKind.SERIES_KIND_COUNTER)
            .setValidation(Validation.newBuilder().setRestartBelow(5));
    create(series);
    assertRejects(
        send(column("meter-2", 0, 40, 6, 4.5, 60)),
        Map.of(1, RejectReason.REJECT_REASON_COUNTER_DECREASED));
    // However long the gap: a counter that fell somewhere is not believed.
    assertRejects(
        send(column("meter-2", 1000, 52)), Map.of(0, RejectReason.REJECT_REASON_COUNTER_DECREASED));
    series.getValidationBuilder().setRestartBelow(55);
    ingest
        .series()
        .updateSeries(
            UpdateSeriesRequest.newBuilder()
                .setSeries(series)
                .setUpdateMask(FieldMask.newBuilder().addPaths("validation"))
                .build());
    assertRejects(send(column("meter-2", 1000, 52)), Map.of());
  }

  @Test
  void aJumpIsRejectedAndARealStepHealsWithTime() {
    // One unit a minute.
    create(
        Series.newBuilder()
            .setName("temp")
            .setValidation(Validation.newBuilder().setChangePerSecondMax(1 / 60.0)));
    // An outlier goes, what follows stays; the step from 20 to 25 is believed after five minutes.
    assertRejects(
        send(column("temp", 0, 20, 90, 20.5, 25, 25, 25, 25, 25)),
        Map.of(
            1, RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED,
            3, RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED,
            4, RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED,
            5, RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED,
            6, RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED));
    assertThat(values("temp").keySet()).containsExactly(minute(0), minute(2), minute(7));
    // A late one must fit both sides.
    assertRejects(
        send(rows("temp", List.of(3L, 5L, 6L), 21.5, 24, 24)),
        Map.of(1, RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED));
    RejectedReading late = send(rows("temp", List.of(4L), 21)).getRejected(0);
    assertThat(late.getMessage()).contains("temp", "the next one", "24.0", "change of");
    // The same time is not a neighbour: a correction is judged by those around it, not by what it
    // replaces.
    assertRejects(send(rows("temp", List.of(2L), 20.9)), Map.of());
    assertThat(values("temp")).containsEntry(minute(2), 20.9);
  }

  @Test
  void aRestartIsNoFastChange() {
    create(
        Series.newBuilder()
            .setName("fast-meter")
            .setKind(SeriesKind.SERIES_KIND_COUNTER)
            .setValidation(Validation.newBuilder().setChangePerSecondMax(1)));
    assertRejects(
        send(column("fast-meter", 0, 10_000, 30, 95, 80)),
        Map.of(2, RejectReason.REJECT_REASON_RATE_OF_CHANGE_EXCEEDED));
  }

  @Test
  void flagsInsteadOfRejectingWhereAsked() {
    create(
        Series.newBuilder()
            .setName("flagged")
            .setKind(SeriesKind.SERIES_KIND_COUNTER)
            .setValidation(
                Validation.newBuilder()
                    .setChangePerSecondMax(1)
                    .setValueMax(1000)
                    .setOnViolation(ViolationAction.VIOLATION_ACTION_FLAG)));
    assertRejects(send(column("flagged", 0, 100, 90, 500, 1500, 1501)), Map.of());
    assertThat(qualities("flagged").values()).containsExactly(0, DECREASED, RATE, RATE | 256, 256);
    // Sent again, nothing changes.
    IngestReadingsResponse again = send(column("flagged", 0, 100, 90, 500, 1500, 1501));
    assertThat(again.getCounts().getUnchanged()).isEqualTo(5);
  }

  @Test
  void flagsAValueThatDoesNotMove() {
    create(
        Series.newBuilder()
            .setName("stuck")
            .setValidation(Validation.newBuilder().setStaleAfter(minutes(5))));
    send(column("stuck", 0, 1, 2, 2, 2, 2, 2, 2, 2));
    send(column("stuck", 8, 2));
    send(column("stuck", 9, 3, 3));
    ingest.restart();
    send(column("stuck", 11, 3, 3, 3));
    ingest.restart();
    send(column("stuck", 14, 3, 3, 3));
    assertThat(qualities("stuck").values())
        .containsExactly(0, 0, 0, 0, 0, 0, STALE, STALE, STALE, 0, 0, 0, 0, 0, STALE, STALE, STALE);
    // A late reading that differs breaks a run that is not flagged yet.
    send(column("stuck", 17, 4, 4, 4));
    send(rows("stuck", List.of(18L), 5));
    send(column("stuck", 20, 4, 4, 4, 4, 4));
    assertThat(qualities("stuck").tailMap(minute(17), true).values())
        .containsExactly(0, 0, 0, 0, 0, 0, 0, STALE);
  }

  @Test
  void lookingBackHasToGoFar() {
    create(
        Series.newBuilder()
            .setName("long-run")
            .setValidation(Validation.newBuilder().setStaleAfter(minutes(1000))));
    double[] same = new double[999];
    java.util.Arrays.fill(same, 7);
    send(column("long-run", 0, same));
    ingest.restart();
    send(column("long-run", 999, 7, 7, 7));
    assertThat(qualities("long-run").tailMap(minute(998), true).values())
        .containsExactly(0, 0, STALE, STALE);
  }

  @Test
  void aRepeatedSequenceGetsItsFirstAnswer() {
    create(Series.newBuilder().setName("exact").setKind(SeriesKind.SERIES_KIND_COUNTER));
    List<RejectedReading> first;
    try (var writer = ingest.writer("exact-writer")) {
      writer.opened();
      writer.send(1, column("exact", 0, 10, 9, 11));
      writer.send(2, column("exact", 3, 10.5, 12));
      writer.acknowledgedThrough(2);
      first = List.copyOf(writer.rejected());
      assertThat(first).hasSize(2);
    }
    try (var writer = ingest.writer("exact-writer")) {
      writer.opened();
      writer.send(1, column("exact", 0, 10, 9, 11));
      writer.acknowledgedThrough(1);
      assertThat(writer.lastReplayed()).isTrue();
      assertThat(writer.rejected()).containsExactly(first.getFirst());
    }
  }

  /** Verdicts do not depend on batches. */
  @Test
  void anyCutIntoBatchesGivesTheSameVerdicts() {
    long seed = Long.getLong("tidewatch.seed", 20_261_121L);
    System.out.println("NeighbourRulesContract seed " + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 25; round++) {
      Series.Builder series = randomSeries(random);
      int count = 1 + random.nextInt(120);
      var sent = new ArrayList<double[]>();
      long time = 0;
      double value = random.nextInt(100);
      for (int i = 0; i < count; i++) {
        time += 1 + random.nextInt(3);
        if (random.nextInt(3) > 0) {
          value += random.nextInt(9) - 3;
        }
        long at = random.nextInt(5) == 0 ? random.nextInt((int) time + 1) : time;
        sent.add(new double[] {at, random.nextInt(25) == 0 ? value / 20 : value});
      }
      var expected = new NeighbourReference(series.build());
      sent.forEach(reading -> expected.take(minute((long) reading[0]), reading[1]));
      for (int cut : new int[] {count, 1, 0}) {
        String name = "cut/r" + round + "/c" + cut;
        create(series.clone().setName(name));
        List<Integer> rejects = new ArrayList<>();
        try (var writer = ingest.writer(name)) {
          writer.opened();
          long sequence = 0;
          for (int from = 0; from < count; ) {
            int size = cut == 0 ? 1 + random.nextInt(count) : cut;
            int to = Math.min(count, from + size);
            var readings = SeriesReadings.newBuilder().setSeries(name);
            for (double[] reading : sent.subList(from, to)) {
              readings.addTimesMicros(minute((long) reading[0])).addValues(reading[1]);
            }
            writer.send(++sequence, readings.build());
            if (random.nextInt(3) == 0) {
              writer.acknowledgedThrough(sequence);
            }
            from = to;
          }
          writer.acknowledgedThrough(sequence);
          writer.rejected().forEach(reject -> rejects.add(reject.getReasonValue()));
        }
        String seen = "round %d cut %d seed %d %s".formatted(round, cut, seed, series);
        assertThat(rejects).as(seen).isEqualTo(expected.rejects);
        assertThat(values(name)).as(seen).isEqualTo(expected.values);
        assertThat(qualities(name)).as(seen).isEqualTo(expected.qualities);
      }
    }
  }

  /** Whoever sends: what is stored next to each other obeys the rule. */
  @Test
  void writersSideBySideCannotPutNeighboursTogetherThatDoNotFit() throws Exception {
    long seed = Long.getLong("tidewatch.seed", 20_261_121L);
    create(Series.newBuilder().setName("shared").setKind(SeriesKind.SERIES_KIND_COUNTER));
    int writers = 4;
    try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < writers; i++) {
        String name = "shared-writer-" + i;
        var random = new SplittableRandom(seed + i);
        running.add(
            executor.submit(() -> {
              try (var writer = ingest.writer(name)) {
                writer.opened();
                for (int sequence = 1; sequence <= 60; sequence++) {
                  var column = SeriesReadings.newBuilder().setSeries("shared");
                  for (int row = 0; row < 3; row++) {
                    int at = random.nextInt(1_000);
                    // Mostly rising with time, with much noise.
                    column.addTimesMicros(minute(at)).addValues(5_000 + at + random.nextInt(200));
                  }
                  writer.send(sequence, column.build());
                  writer.acknowledgedThrough(sequence);
                }
              }
            }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    List<Double> values = List.copyOf(values("shared").values());
    assertThat(values).as("seed %d", seed).hasSizeGreaterThan(10).isSorted();
  }

  @Test
  void flagsTravelInTheFeed() {
    create(
        Series.newBuilder()
            .setName("travel")
            .setKind(SeriesKind.SERIES_KIND_COUNTER)
            .setValidation(
                Validation.newBuilder()
                    .setStaleAfter(minutes(1))
                    .setOnViolation(ViolationAction.VIOLATION_ACTION_FLAG)));
    // In order and all good, then one that is replaced: both ways into the table.
    send(column("travel", 0, 100, 90, 90, 91));
    var sent =
        SeriesReadings.newBuilder()
            .setSeries("travel")
            .addTimesMicros(minute(3))
            .addValues(85)
            .addQualities(4 | 256)
            .build();
    IngestReadingsResponse last = send(sent);
    // The sender's bits above the low byte are not its own.
    Map<Long, Integer> expected =
        Map.of(minute(0), 0, minute(1), DECREASED, minute(2), STALE, minute(3), 4 | DECREASED);
    assertThat(qualities("travel")).isEqualTo(expected);
    var seen = new TreeMap<Long, Integer>();
    try (var feed = FeedClient.subscribe(ingest.channel(), SubscribeRequest.getDefaultInstance())) {
      feed.followThrough(last.getFeedPosition().getPosition());
      feed.blocks().stream()
          .flatMap(block -> block.getSectionsList().stream())
          .flatMap(section -> section.getReadingsList().stream())
          .filter(change -> change.getSeries().equals("travel"))
          .forEach(change -> {
            for (int i = 0; i < change.getTimesMicrosCount(); i++) {
              seen.put(
                  change.getTimesMicros(i),
                  change.getQualitiesCount() == 0 ? 0 : change.getQualities(i));
            }
          });
    }
    assertThat(seen).isEqualTo(expected);
    assertThat(
            ingest
                .query()
                .getLatestReadings(
                    GetLatestReadingsRequest.newBuilder()
                        .setSelection(SeriesSelection.newBuilder().addNames("travel"))
                        .build())
                .getReadings(0)
                .getQuality())
        .isEqualTo(4 | DECREASED);
  }

  private static Series.Builder randomSeries(SplittableRandom random) {
    var validation = Validation.newBuilder();
    if (random.nextBoolean()) {
      validation.setChangePerSecondMax((1 + random.nextInt(4)) / 60.0);
    }
    if (random.nextBoolean()) {
      validation.setStaleAfter(minutes(2 + random.nextInt(8)));
    }
    boolean counter = random.nextBoolean();
    if (counter && random.nextBoolean()) {
      validation.setRestartBelow(random.nextInt(20));
    }
    if (random.nextBoolean()) {
      validation.setOnViolation(ViolationAction.VIOLATION_ACTION_FLAG);
    }
    return Series.newBuilder()
        .setKind(counter ? SeriesKind.SERIES_KIND_COUNTER : SeriesKind.SERIES_KIND_GAUGE)
        .setDuplicatePolicy(DuplicatePolicy.forNumber(1 + random.nextInt(3)))
        .setValidation(validation);
  }

  private void create(Series.Builder series) {
    var _ =
        ingest.series().createSeries(CreateSeriesRequest.newBuilder().setSeries(series).build());
  }

  private IngestReadingsResponse send(SeriesReadings column) {
    return ingest
        .ingest()
        .ingestReadings(IngestReadingsRequest.newBuilder().addColumns(column).build());
  }

  private static SeriesReadings rows(String series, List<Long> minutes, double... values) {
    var column = SeriesReadings.newBuilder().setSeries(series);
    for (int i = 0; i < values.length; i++) {
      column.addTimesMicros(minute(minutes.get(i))).addValues(values[i]);
    }
    return column.build();
  }

  private static void assertRejects(
      IngestReadingsResponse response, Map<Integer, RejectReason> expected) {
    var found = new TreeMap<Integer, RejectReason>();
    response.getRejectedList().forEach(reject -> found.put(reject.getIndex(), reject.getReason()));
    assertThat(found).isEqualTo(new TreeMap<>(expected));
    assertThat(response.getCounts().getRejected()).isEqualTo(expected.size());
  }

  private Map<Long, Double> values(String series) {
    return Readings.all(ingest.query(), request(series)).getOrDefault(series, Map.of());
  }

  private NavigableMap<Long, Integer> qualities(String series) {
    var found = new TreeMap<Long, Integer>();
    var answers = ingest.query().queryReadings(request(series));
    while (answers.hasNext()) {
      QueryReadingsResponse answer = answers.next();
      for (SeriesReadings column : answer.getColumnsList()) {
        for (int i = 0; i < column.getTimesMicrosCount(); i++) {
          found.put(
              column.getTimesMicros(i),
              column.getQualitiesCount() == 0 ? 0 : column.getQualities(i));
        }
      }
    }
    return found;
  }

  private static QueryReadingsRequest request(String series) {
    return QueryReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().addNames(series))
        .setWithQualities(true)
        .build();
  }

  private static Duration minutes(long minutes) {
    return Duration.newBuilder().setSeconds(60 * minutes).build();
  }
}
