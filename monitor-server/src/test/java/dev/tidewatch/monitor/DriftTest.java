package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import dev.tidewatch.proto.monitor.v1.DriftKind;
import dev.tidewatch.proto.monitor.v1.DriftLevel;
import dev.tidewatch.proto.monitor.v1.DriftServiceGrpc;
import dev.tidewatch.proto.monitor.v1.DriftVerdict;
import dev.tidewatch.proto.monitor.v1.EstimateLossRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetDriftRequest;
import dev.tidewatch.proto.monitor.v1.ListDriftVerdictsRequest;
import dev.tidewatch.proto.monitor.v1.PredictedQuantile;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RegisterDriftReferenceRequest;
import dev.tidewatch.proto.monitor.v1.Sketch;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.drift.DistributionSketch;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drift over gRPC: references, what comes in, residuals, and what is refused. */
class DriftTest extends MonitorOverGrpc {
  private static final String SERIES = "hq/power";
  private static final int WEEKS = 8;

  private DriftServiceGrpc.DriftServiceBlockingStub drift;

  @BeforeEach
  void connect() {
    drift = DriftServiceGrpc.newBlockingStub(channel.channel());
  }

  /** A working day and a night, with noise: what the model was trained on. */
  private static double load(long hour, Random random) {
    int hourOfDay = Math.floorMod(hour, 24);
    return (hourOfDay >= 7 && hourOfDay < 19 ? 100 : 30) + 5 * random.nextGaussian();
  }

  private static Sketch.Builder sketch(int hourOfWeek, double... values) {
    return Sketch.newBuilder()
        .setInput("target")
        .setHourOfWeek(hourOfWeek)
        .setSamples(values.length)
        .setFormat(DistributionSketch.FORMAT)
        .setPayload(ByteString.copyFrom(DistributionSketch.of(values, 512).toBytes()));
  }

  /** Of so many weeks of {@link #load}, from Monday 00:00 on. */
  private static RegisterDriftReferenceRequest.Builder reference() {
    var random = new Random(1);
    var all = new double[WEEKS * 168];
    var request =
        RegisterDriftReferenceRequest.newBuilder()
            .setModel("load")
            .setVersion("1.0.0")
            .setSeries(SERIES)
            .setGrid(Grid.newBuilder().setStep(Duration.newBuilder().setSeconds(3600)));
    for (int hour = 0; hour < 168; hour++) {
      var values = new double[WEEKS];
      for (int week = 0; week < WEEKS; week++) {
        values[week] = load(hour, random);
        all[week * 168 + hour] = values[week];
      }
      request.addSketches(sketch(hour, values));
    }
    return request.addSketches(sketch(-1, all));
  }

  /** Stores hours, then lets the newest of them be known. */
  private void storeHours(int from, int to, double factor, double shift) {
    var random = new Random(from + 77L);
    var readings = new TreeMap<Long, Double>();
    for (int hour = from; hour < to; hour++) {
      long micros = Times.toMicros(START) + hour * HOUR;
      readings.put(micros, factor * load(micros / HOUR, random) + shift);
    }
    ingest.store(SERIES, readings);
  }

  private Optional<DriftVerdict> newest(DriftKind kind) {
    return drift
        .getDrift(GetDriftRequest.newBuilder().setModel("load").setVersion("1.0.0").build())
        .getVerdictsList()
        .stream()
        .filter(verdict -> verdict.getKind() == kind)
        .findFirst();
  }

  private void awaitLevel(DriftKind kind, DriftLevel level) throws Exception {
    Eventually.holds(
        kind + " at " + level,
        () -> newest(kind).map(DriftVerdict::getLevel).equals(Optional.of(level)));
  }

  @Test
  void tellsCalmFromShiftGapsAndUnits() throws Exception {
    clock.advance(java.time.Duration.ofHours(200));
    storeHours(0, 200, 1, 0);
    assertThat(drift.registerDriftReference(reference().build()).getRegistered()).isTrue();
    assertThat(drift.registerDriftReference(reference().build()).getRegistered()).isFalse();
    awaitLevel(DriftKind.DRIFT_KIND_INPUT, DriftLevel.DRIFT_LEVEL_NONE);
    awaitLevel(DriftKind.DRIFT_KIND_UNIT, DriftLevel.DRIFT_LEVEL_NONE);
    awaitLevel(DriftKind.DRIFT_KIND_MISSING, DriftLevel.DRIFT_LEVEL_NONE);
    DriftVerdict calm = newest(DriftKind.DRIFT_KIND_INPUT).orElseThrow();
    assertThat(calm.getSamples()).isEqualTo(110);
    assertThat(calm.getSeries()).isEqualTo(SERIES);
    assertThat(calm.getInput()).isEqualTo("target");
    assertThat(calm.getReason()).contains("PSI").contains("110 values");
    assertThat(calm.getWindow().getTo())
        .isEqualTo(time(START.plus(java.time.Duration.ofHours(200))));

    // The building's night becomes its day.
    storeHours(200, 400, 1, 60);
    clock.advance(java.time.Duration.ofHours(200));
    awaitLevel(DriftKind.DRIFT_KIND_INPUT, DriftLevel.DRIFT_LEVEL_STRONG);
    DriftVerdict strong = newest(DriftKind.DRIFT_KIND_INPUT).orElseThrow();
    assertThat(strong.getKolmogorovSmirnov()).isBetween(0.4, 1.0);
    // Moved by 60 where the reference's deviation over its hours is about 35.
    assertThat(strong.getWasserstein()).isCloseTo(60 / 35.3, within(0.15));
    assertThat(newest(DriftKind.DRIFT_KIND_UNIT).orElseThrow().getLevel())
        .isEqualTo(DriftLevel.DRIFT_LEVEL_NONE);

    // A meter sends watts for kilowatts.
    storeHours(400, 600, 1000, 0);
    clock.advance(java.time.Duration.ofHours(200));
    awaitLevel(DriftKind.DRIFT_KIND_UNIT, DriftLevel.DRIFT_LEVEL_STRONG);
    assertThat(newest(DriftKind.DRIFT_KIND_UNIT).orElseThrow().getReason()).contains("times 1000");

    // Half of the hours are missing: too few values, and gaps that were not there in training.
    storeHours(700, 750, 1, 0);
    clock.advance(java.time.Duration.ofHours(200));
    awaitLevel(DriftKind.DRIFT_KIND_MISSING, DriftLevel.DRIFT_LEVEL_STRONG);
    assertThat(newest(DriftKind.DRIFT_KIND_INPUT).orElseThrow().getLevel())
        .isEqualTo(DriftLevel.DRIFT_LEVEL_UNKNOWN);

    var strongest =
        drift.listDriftVerdicts(
            ListDriftVerdictsRequest.newBuilder()
                .setModel("load")
                .setKind(DriftKind.DRIFT_KIND_INPUT)
                .setLevelMin(DriftLevel.DRIFT_LEVEL_STRONG)
                .build());
    assertThat(strongest.getVerdictsList()).isNotEmpty().contains(strong);
    var levels = new ArrayList<DriftLevel>();
    var page = ListDriftVerdictsRequest.newBuilder().setSeries(SERIES).setPageSize(2);
    do {
      var answer = drift.listDriftVerdicts(page.build());
      answer.getVerdictsList().forEach(verdict -> levels.add(verdict.getLevel()));
      page.setPageToken(answer.getNextPageToken());
    } while (!page.getPageToken().isEmpty());
    assertThat(levels.size()).isGreaterThanOrEqualTo(9);
  }

  /** Of one step from each hour on, with a 90 % interval of a deviation of 5. */
  private List<Prediction> predictions(int from, int to) {
    var predictions = new ArrayList<Prediction>();
    for (int hour = from; hour < to; hour++) {
      Instant origin = START.plus(java.time.Duration.ofHours(hour));
      long number = Times.toMicros(origin) / HOUR;
      double mean = Math.floorMod(number, 24) >= 7 && Math.floorMod(number, 24) < 19 ? 100 : 30;
      predictions.add(
          prediction(SERIES, origin, mean)
              .addQuantiles(
                  PredictedQuantile.newBuilder().setProbability(0.05).addValues(mean - 8.224))
              .addQuantiles(
                  PredictedQuantile.newBuilder().setProbability(0.95).addValues(mean + 8.224))
              .build());
    }
    return predictions;
  }

  @Test
  void residualsAreTestedAndTheLossIsEstimated() throws Exception {
    clock.advance(java.time.Duration.ofHours(350));
    storeHours(0, 350, 1, 0);
    ledger.recordPredictions(
        RecordPredictionsRequest.newBuilder().addAllPredictions(predictions(0, 350)).build());
    var residuals =
        ListDriftVerdictsRequest.newBuilder()
            .setModel("load")
            .setKind(DriftKind.DRIFT_KIND_RESIDUAL)
            .build();
    Eventually.holds(
        "the baseline stands",
        () ->
            drift.listDriftVerdicts(residuals).getVerdictsList().stream()
                .anyMatch(verdict -> verdict.getLevel() == DriftLevel.DRIFT_LEVEL_NONE));

    var estimate =
        drift.estimateLoss(
            EstimateLossRequest.newBuilder().setModel("load").setVersion("1.0.0").build());
    // The mean absolute error of a normal distribution of deviation 5.
    assertThat(estimate.getMae()).isCloseTo(5 * Math.sqrt(2 / Math.PI), within(0.6));
    assertThat(estimate.getMaeLower()).isLessThan(estimate.getMae());
    assertThat(estimate.getMaeUpper()).isGreaterThan(estimate.getMae());
    assertThat(estimate.getMeasured().getPairs()).isEqualTo(24);

    clock.advance(java.time.Duration.ofHours(150));
    storeHours(350, 500, 1, 12);
    ledger.recordPredictions(
        RecordPredictionsRequest.newBuilder().addAllPredictions(predictions(350, 500)).build());
    Eventually.holds(
        "the change is found",
        () ->
            drift.listDriftVerdicts(residuals).getVerdictsList().stream()
                .anyMatch(verdict -> verdict.getLevel() == DriftLevel.DRIFT_LEVEL_STRONG));
    DriftVerdict found = drift.listDriftVerdicts(residuals).getVerdicts(0);
    assertThat(found.getInput()).isEqualTo("residual");
    assertThat(found.getReason()).contains("Page-Hinkley");
    var changes =
        accuracy
            .getAccuracyTrend(
                GetAccuracyTrendRequest.newBuilder()
                    .setRange(
                        TimeRange.newBuilder()
                            .setFrom(time(START))
                            .setTo(time(START.plus(java.time.Duration.ofHours(500)))))
                    .setBucket(Duration.newBuilder().setSeconds(86_400))
                    .build())
            .getChangesList();
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst().getTest()).isEqualTo("page-hinkley");
    assertThat(changes.getFirst().getTime()).isEqualTo(found.getWindow().getFrom());
    assertThat(changes.getFirst().getAfter()).isGreaterThan(changes.getFirst().getBefore() + 1);
    assertThat(found.getWindow().getFrom().getSeconds())
        .isBetween(
            START.plus(java.time.Duration.ofHours(350)).getEpochSecond(),
            START.plus(java.time.Duration.ofHours(420)).getEpochSecond());
  }

  @Test
  void whatIsWrongIsRefused() {
    refused(
        () ->
            drift.getDrift(
                GetDriftRequest.newBuilder().setModel("load").setVersion("1.0.0").build()),
        Status.Code.NOT_FOUND,
        "REFERENCE_UNKNOWN",
        "version");
    assertThat(drift.registerDriftReference(reference().build()).getRegistered()).isTrue();
    refused(
        () -> drift.registerDriftReference(reference().setSketches(0, sketch(0, 1, 2, 3)).build()),
        Status.Code.ALREADY_EXISTS,
        "REFERENCE_EXISTS",
        "version");
    Map<String, Sketch.Builder> wrong =
        Map.of(
            "sketches[1].hour_of_week", sketch(0, 1, 2),
            "sketches[1].payload",
                sketch(1, 1, 2).setPayload(ByteString.copyFrom(new byte[] {1, 2, 3})),
            "sketches[1].format", sketch(1, 1, 2).setFormat("t-digest"),
            "sketches[1].samples", sketch(1, 1, 2).setSamples(0),
            "sketches[1].missing_share", sketch(1, 1, 2).setMissingShare(1.5),
            "sketches[1].input", sketch(1, 1, 2).setInput(""),
            "sketches[1].series", sketch(1, 1, 2).setSeries("other/series"));
    wrong.forEach((field, second) ->
        refused(
            () ->
                drift.registerDriftReference(
                    RegisterDriftReferenceRequest.newBuilder()
                        .setModel("load")
                        .setVersion("2.0.0")
                        .addSketches(sketch(0, 1, 2, 3))
                        .addSketches(second)
                        .build()),
            Status.Code.INVALID_ARGUMENT,
            "FIELD_INVALID",
            field));
    refused(
        () ->
            drift.estimateLoss(
                EstimateLossRequest.newBuilder().setModel("load").setVersion("1.0.0").build()),
        Status.Code.FAILED_PRECONDITION,
        "INSUFFICIENT_HISTORY",
        "trailing");
    refused(
        () ->
            drift.listDriftVerdicts(
                ListDriftVerdictsRequest.newBuilder().setPageToken("x").build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "page_token");
  }
}
