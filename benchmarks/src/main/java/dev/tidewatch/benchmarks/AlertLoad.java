package dev.tidewatch.benchmarks;

import dev.tidewatch.benchmarks.AlertReceiverProcess.Told;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AnomalyCondition;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.DeliveryFormat;
import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.Addresses;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/**
 * The client of the alert bench, in a process of its own. Arguments: addresses as JSON, URL of the
 * receiver, series, alerts, readings per second, seconds, seed.
 */
final class AlertLoad {
  private static final String PREFIX = "bench/alert";
  private static final String MODEL = "bench-alert";
  private static final String FIRING = "ALERT_STATE_FIRING";
  private static final int TURNS_PER_SECOND = 50;
  private static final int WARM_UP_SECONDS = 10;

  /** So many come before those that are measured, on series of their own: one each 10 turns. */
  private static final int WARM_UP_ALERTS = 40;

  private static final int WARM_UP_TURNS_PER_ALERT = 10;
  private static final int LEARNT_READINGS = 50;
  private static final long SECOND_MICROS = 1_000_000;
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  /** Keeps the ids of all traces that this client began. */
  private static final class BegunTraces implements SpanExporter {
    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      spans.forEach(span -> ids.add(span.getTraceId()));
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private final Tidewatch tidewatch;
  private final URI receiver;
  private final int series;
  private final int alerts;
  private final int rate;
  private final int seconds;
  private final SplittableRandom random;
  private final Set<String> warmedUp = new HashSet<>();
  private final InstantSource clock = InstantSource.system();

  /** When each anomalous reading was handed to the client library, by series. */
  private final Map<String, Long> sentNanos = new HashMap<>();

  /** The same by the clock of the wall, which the servers go by. */
  private final Map<String, Instant> sentAt = new HashMap<>();

  private long newestMicros;

  private AlertLoad(Tidewatch tidewatch, String[] args) {
    this.tidewatch = tidewatch;
    this.receiver = URI.create(args[1]);
    this.series = Integer.parseInt(args[2]);
    this.alerts = Integer.parseInt(args[3]);
    this.rate = Integer.parseInt(args[4]);
    this.seconds = Integer.parseInt(args[5]);
    this.random = new SplittableRandom(Long.parseLong(args[6]));
    if (alerts + WARM_UP_ALERTS > series) {
      throw new IllegalArgumentException(
          "alerts: at most one a series, and " + WARM_UP_ALERTS + " to warm up");
    }
  }

  public static void main(String[] args) throws Exception {
    Addresses addresses = Addresses.fromJsonLine(args[0]);
    var traces = new BegunTraces();
    try (var sdk =
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(traces))
                        .build())
                .build();
        var tidewatch = Tidewatch.connect(addresses.connection().withOpenTelemetry(sdk))) {
      var load = new AlertLoad(tidewatch, args);
      load.prepare();
      load.warmUp();
      double perSecond = load.measure();
      List<Told> told = load.awaitWebhooks(load.sentNanos.keySet());
      System.out.println(
          load.figures(told, perSecond, traces.ids)
              .toJsonLine("alert-load", MachineDescription.here()));
    }
  }

  private void prepare() throws Exception {
    System.err.println("preparing …");
    long before = clock.millis() * 1000 - 3600 * SECOND_MICROS;
    try (IngestWriter writer = tidewatch.ingest().openWriter("bench-alert")) {
      append(writer, "bench/train", before, 1_000);
      for (int s = 0; s < series; s++) {
        append(writer, name(s), before, 1);
      }
      writer.flush();
    }
    var trainer = new Trainer(tidewatch, AllFamilies.create(), clock, "bench");
    var report =
        trainer.train(
            TrainingPlan.of(
                    MODEL,
                    "zscore",
                    List.of(new SeriesName("bench/train")),
                    Grid.ofStep(Duration.ofSeconds(1)),
                    1)
                .withParameters(Parameters.NONE.with("method", "standard").with("threshold", "8")),
            (stage, fraction) -> {});
    new Publication(tidewatch.registry()).promote(report);
    var _ =
        tidewatch
            .registry()
            .createAssignment(
                Assignment.newBuilder()
                    .setAssignment(MODEL)
                    .setSelector(SeriesSelector.newBuilder().setPrefix(PREFIX))
                    .setTask(Task.TASK_DETECT)
                    .setModel(MODEL)
                    .setAlias(Publication.CHAMPION)
                    .build());
    var _ =
        tidewatch
            .monitor()
            .delivery()
            .createTarget(
                DeliveryTarget.newBuilder()
                    .setName("bench")
                    .setUrl(receiver.toString())
                    .setFormat(DeliveryFormat.DELIVERY_FORMAT_JSON)
                    .setSecret("of the bench")
                    .build());
    var _ =
        AlertServiceGrpc.newBlockingStub(tidewatch.monitor().channel())
            .createAlertRule(
                CreateAlertRuleRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .setRule(
                        AlertRule.newBuilder()
                            .setName("bench")
                            .setSeriesPattern(PREFIX + "*")
                            .setAnomaly(AnomalyCondition.getDefaultInstance())
                            .setSeverity(Severity.SEVERITY_HIGH))
                    .build());
    learn(before);
  }

  /** Every series has a past, and its detector has seen it. */
  private void learn(long before) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (int turn = 1; ; turn++) {
      try (IngestWriter writer = tidewatch.ingest().openWriter("bench-alert")) {
        for (int s = 0; s < series; s++) {
          append(writer, name(s), before + turn * 100L * SECOND_MICROS, LEARNT_READINGS);
        }
        writer.flush();
      }
      DetectLoad.awaitScored(tidewatch, deadline);
      int states =
          tidewatch.inference().servingStatus().getShardsList().stream()
              .mapToInt(shard -> shard.getDetectorStates())
              .sum();
      if (turn > 1 && states >= series) {
        return;
      }
      if (System.nanoTime() > deadline || turn > 30) {
        throw new IllegalStateException("detectors run on %d series".formatted(states));
      }
      Thread.sleep(500);
    }
  }

  private void append(IngestWriter writer, String name, long fromMicros, int readings)
      throws Exception {
    long[] times = new long[readings];
    double[] values = new double[readings];
    for (int i = 0; i < readings; i++) {
      times[i] = fromMicros + i * SECOND_MICROS;
      values[i] = usual();
    }
    writer.append(name, times, values);
  }

  private double usual() {
    return 20 + random.nextGaussian();
  }

  /** Alerts that are not counted, on series of their own, until all of them have arrived. */
  private void warmUp() throws Exception {
    System.err.println("warming up …");
    Set<String> odd = new HashSet<>();
    var _ =
        send(
            WARM_UP_SECONDS,
            turn -> {
              boolean due = turn % WARM_UP_TURNS_PER_ALERT == 0 && odd.size() < WARM_UP_ALERTS;
              String name = name(alerts + odd.size());
              return due && odd.add(name) ? List.of(name) : List.of();
            });
    warmedUp.addAll(odd);
    sentNanos.clear();
    sentAt.clear();
    var _ = awaitWebhooks(odd);
  }

  /** Returns the readings per second that were acknowledged. */
  private double measure() throws Exception {
    System.err.println("sending …");
    double turnsPerAlert = (double) seconds * TURNS_PER_SECOND / alerts;
    int[] next = new int[1];
    return send(
        seconds,
        turn -> {
          var odd = new ArrayList<String>();
          while (next[0] < alerts && turn >= next[0] * turnsPerAlert) {
            odd.add(name(next[0]++));
          }
          return odd;
        });
  }

  /**
   * Sends at the rate, with an anomaly on each series that is named for a turn.
   *
   * @return the readings per second that were acknowledged
   */
  private double send(int forSeconds, LongFunction<List<String>> oddOfTurn) throws Exception {
    int perTurn = Math.max(1, rate / TURNS_PER_SECOND);
    long[] sent = new long[1];
    int[] next = new int[1];
    long started = System.nanoTime();
    try (IngestWriter writer = tidewatch.ingest().openWriter("bench-alert")) {
      Pacer.run(
          TURNS_PER_SECOND,
          forSeconds,
          (turn, _) -> {
            // Turns that are late follow fast: no two readings of a series may share a time.
            newestMicros = Math.max(newestMicros + 1, clock.millis() * 1000);
            List<String> odd = oddOfTurn.apply(turn);
            Set<String> done = new HashSet<>(odd);
            for (String name : odd) {
              sentNanos.put(name, System.nanoTime());
              sentAt.put(name, clock.instant());
              writer.append(name, new long[] {newestMicros}, new double[] {1_000});
            }
            for (int i = odd.size(); i < perTurn; i++) {
              String name = name(next[0]++ % series);
              if (done.add(name)) {
                writer.append(name, new long[] {newestMicros}, new double[] {usual()});
              }
            }
            sent[0] += done.size();
          });
      writer.flush();
    }
    return sent[0] / ((System.nanoTime() - started) / 1e9);
  }

  private List<Told> awaitWebhooks(Set<String> expected) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      List<Told> told = AlertReceiverProcess.received(receiver);
      Set<String> missing = new HashSet<>(expected);
      told.stream()
          .filter(one -> one.to().equals(FIRING))
          .forEach(one -> missing.remove(one.series()));
      if (missing.isEmpty()) {
        return told;
      }
      if (System.nanoTime() > deadline) {
        System.err.println("no alert arrived for " + missing);
        return told;
      }
      Thread.sleep(200);
    }
  }

  private Figures figures(List<Told> told, double perSecond, Set<String> traces) {
    Map<String, Told> first = new HashMap<>();
    Set<String> deliveries = new HashSet<>();
    int duplicates = 0;
    for (Told one : told) {
      if (!one.to().equals(FIRING)) {
        continue;
      }
      if (!deliveries.add(one.delivery())) {
        duplicates++;
      }
      if (warmedUp.contains(one.series())) {
        continue;
      }
      first.putIfAbsent(one.series(), one);
    }
    int traced = 0;
    var millis = new ArrayList<Double>();
    var millisToAlert = new ArrayList<Double>();
    for (Map.Entry<String, Long> reading : sentNanos.entrySet()) {
      Told heard = first.get(reading.getKey());
      if (heard != null) {
        millis.add((heard.nanos() - reading.getValue()) / 1e6);
        Instant sent = sentAt.getOrDefault(reading.getKey(), Instant.EPOCH);
        millisToAlert.add(Duration.between(sent, Instant.parse(heard.time())).toNanos() / 1e6);
        if (traces.contains(heard.trace()) && heard.traceparent().contains(heard.trace())) {
          traced++;
        }
      }
    }
    double[] sorted = sorted(millis);
    double[] toAlert = sorted(millisToAlert);
    return new Figures()
        .put("reading_to_webhook_ms_p50", share(sorted, 0.50))
        .put("reading_to_webhook_ms_p99", share(sorted, 0.99))
        .put("reading_to_webhook_ms_max", share(sorted, 1))
        .put("reading_to_alert_ms_p50", share(toAlert, 0.50))
        .put("reading_to_alert_ms_p99", share(toAlert, 0.99))
        .put("readings_per_second", perSecond)
        .put("expected", sentNanos.size())
        .put("delivered", sorted.length)
        .put("duplicates", duplicates)
        .put("traced", traced)
        .put("unexpected", first.size() - sorted.length)
        .put("series", series)
        .put("seconds", seconds);
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static double share(double[] sorted, double share) {
    if (sorted.length == 0) {
      throw new IllegalStateException("no alert was delivered");
    }
    return sorted[(int) Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  }

  private static String name(int series) {
    return PREFIX + "/%05d".formatted(series);
  }
}
