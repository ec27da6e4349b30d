package dev.tidewatch.standalone.drift;

import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.sdk.IngestClient;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.WriterSettings;
import dev.tidewatch.standalone.HeldClock;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Sends the halls' readings: history at once, then hour by hour as the domain clock goes. After
 * each hour the clock is held until the forecasts from its end are in the ledger, and for as long
 * as a model is being trained or checked or a canary's time is over, so that a slow machine makes
 * the scenario last longer and changes nothing else.
 */
final class HallFeed implements AutoCloseable {
  private static final Duration LINGER = Duration.ofMillis(2);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration FORECAST_WAIT_MAX = Duration.ofSeconds(20);
  private static final Duration BUSY_WAIT_MAX = Duration.ofMinutes(3);

  /** From the end of an hour to when its forecasts are due, with what the grid allows for. */
  private static final Duration SETTLED = Duration.ofMinutes(6);

  private final Halls halls;
  private final IngestWriter writer;
  private final HeldClock clock;
  private final LoopView view;
  private Instant next;

  private HallFeed(Halls halls, IngestWriter writer, HeldClock clock, LoopView view) {
    this.halls = halls;
    this.writer = writer;
    this.clock = clock;
    this.view = view;
    this.next = clock.instant();
  }

  static HallFeed open(IngestClient ingest, Halls halls, HeldClock clock, LoopView view)
      throws InterruptedException {
    for (SeriesName series : Halls.SERIES) {
      ingest.createSeries(
          Series.newBuilder()
              .setName(series.value())
              .setUnit("kW")
              .setExpectedInterval(ProtoTimes.duration(Halls.STEP))
              .putLabels("site", "plant")
              .build());
    }
    return new HallFeed(
        halls,
        ingest.openWriter(
            "demo-halls", WriterSettings.USUAL.withLinger(LINGER), IngestListener.SILENT),
        clock,
        view);
  }

  /** Everything up to the clock, which stands. */
  void backFill(Duration length) throws InterruptedException {
    Instant from = next.minus(length);
    int count = Math.toIntExact(length.dividedBy(Halls.STEP));
    for (int hall = 0; hall < Halls.SERIES.size(); hall++) {
      var times = new long[count];
      var values = new double[count];
      for (int i = 0; i < count; i++) {
        Instant time = from.plus(Halls.STEP.multipliedBy(i));
        times[i] = Times.toMicros(time);
        values[i] = halls.power(hall, time);
      }
      writer.append(Halls.SERIES.get(hall).value(), times, values);
    }
    writer.flush();
  }

  /** The next hour, as the clock goes. */
  void hour() throws InterruptedException {
    Instant end = next.plus(Duration.ofHours(1));
    clock.run();
    for (; next.isBefore(end); next = next.plus(Halls.STEP)) {
      clock.awaitInstant(next);
      for (int hall = 0; hall < Halls.SERIES.size(); hall++) {
        writer.append(Halls.SERIES.get(hall), next, halls.power(hall, next));
      }
    }
    writer.flush();
    clock.awaitInstant(end.plus(SETTLED));
    clock.hold();
    await(FORECAST_WAIT_MAX, () -> hasForecastsFrom(end));
    await(BUSY_WAIT_MAX, () -> !view.isBusy(clock.instant()));
  }

  private boolean hasForecastsFrom(Instant origin) {
    return Halls.SERIES.stream().noneMatch(series -> view.newestOrigin(series).isBefore(origin));
  }

  /** The end of the newest hour that was sent. */
  Instant sentUntil() {
    return next;
  }

  private static void await(Duration longest, BooleanSupplier condition)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean() && System.nanoTime() - start < longest.toNanos()) {
      Thread.sleep(POLL);
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
