package dev.tidewatch.trainer;

import com.google.protobuf.ByteString;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.ReferenceSketches;
import dev.tidewatch.models.bundle.ReferenceSketches.OfSeries;
import dev.tidewatch.models.bundle.ReferenceSketches.Sketch;
import dev.tidewatch.proto.monitor.v1.RegisterDriftReferenceRequest;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.sdk.MonitorClient;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.LocalCalendar;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.drift.DistributionSketch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a model's inputs looked like when it was trained: a sketch of all hours and one of each hour
 * of the week, by series and input, so that the monitor compares a Monday with Mondays. They are
 * part of the bundle, and registered with the monitor beside the version.
 */
final class DriftReferences {
  private static final int HOURS_PER_WEEK = 168;
  private static final int ALL_HOURS = -1;
  private static final int ALL_HOURS_POINTS = 512;
  private static final int HOUR_POINTS = 64;

  /** Fewer values say less about an hour than those of all hours together. */
  private static final int HOUR_SAMPLES_MIN = 4;

  /** Series beyond are known by all hours together alone: a bundle stays within some megabytes. */
  private static final int SERIES_BY_HOUR_MAX = 32;

  private static final int SERIES_MAX = 2_000;

  /** Inputs of a series beyond are known by all hours together alone. */
  private static final int INPUTS_BY_HOUR_MAX = 10;

  private DriftReferences() {}

  /**
   * Sketches of the readings on the model's grid, gaps left out.
   *
   * @param now by which an interval's value is known
   */
  static ReferenceSketches of(BundleManifest manifest, Dataset dataset, Instant now) {
    var windows = dataset.onGrid(manifest.grid(), now);
    var covariates = dataset.covariatesOn(windows);
    String target = manifest.roles().getFirst().name();
    var all = new ArrayList<OfSeries>();
    for (var entry : windows.entrySet()) {
      if (all.size() == SERIES_MAX) {
        break;
      }
      boolean byHour = all.size() < SERIES_BY_HOUR_MAX;
      var sketches = new ArrayList<Sketch>();
      add(sketches, target, Optional.empty(), entry.getValue(), byHour);
      var own = covariates.get(entry.getKey());
      if (own != null) {
        int inputs = 1;
        for (var covariate : own.entrySet()) {
          add(
              sketches,
              covariate.getKey(),
              Optional.of(covariate.getValue().series()),
              covariate.getValue().window(),
              byHour && inputs++ < INPUTS_BY_HOUR_MAX);
        }
      }
      all.add(new OfSeries(entry.getKey(), sketches));
    }
    return new ReferenceSketches(all);
  }

  private static void add(
      List<Sketch> into,
      String input,
      Optional<SeriesName> source,
      GridWindow window,
      boolean byHour) {
    double[] values = window.values();
    into.add(sketch(input, source, ALL_HOURS, values, ALL_HOURS_POINTS));
    if (!byHour) {
      return;
    }
    var calendar = new LocalCalendar(window.grid().zone());
    var hours = new double[HOURS_PER_WEEK][];
    var counts = new int[HOURS_PER_WEEK];
    Arrays.fill(hours, new double[0]);
    for (int i = 0; i < values.length; i++) {
      int hour = calendar.hourOfWeek(window.startMicros(i));
      if (counts[hour] == hours[hour].length) {
        hours[hour] = Arrays.copyOf(hours[hour], Math.max(16, 2 * counts[hour]));
      }
      hours[hour][counts[hour]++] = values[i];
    }
    for (int hour = 0; hour < HOURS_PER_WEEK; hour++) {
      Sketch sketch =
          sketch(input, source, hour, Arrays.copyOf(hours[hour], counts[hour]), HOUR_POINTS);
      if (sketch.samples() >= HOUR_SAMPLES_MIN) {
        into.add(sketch);
      }
    }
  }

  private static Sketch sketch(
      String input, Optional<SeriesName> source, int hour, double[] values, int pointsMax) {
    long missing = Arrays.stream(values).filter(Double::isNaN).count();
    long samples = values.length - missing;
    return new Sketch(
        input,
        source,
        hour,
        samples,
        values.length == 0 ? 0 : (double) missing / values.length,
        samples == 0 ? new byte[0] : DistributionSketch.of(values, pointsMax).toBytes());
  }

  /**
   * Registers the bundle's sketches with the monitor, if it has any; a repeat changes nothing.
   *
   * @throws TidewatchException if the monitor refuses them or is away
   */
  static void register(MonitorClient monitor, Bundle bundle, ModelVersion version) {
    Optional<ReferenceSketches> reference = ReferenceSketches.of(bundle);
    if (reference.isEmpty()) {
      return;
    }
    for (OfSeries series : reference.get().series()) {
      var request =
          RegisterDriftReferenceRequest.newBuilder()
              .setModel(version.getModel())
              .setVersion(version.getVersion())
              .setSeries(series.series().value())
              .setGrid(VersionMessages.grid(bundle.manifest().grid()));
      for (Sketch sketch : series.sketches()) {
        request.addSketches(
            dev.tidewatch.proto.monitor.v1.Sketch.newBuilder()
                .setInput(sketch.input())
                .setSeries(sketch.source().map(SeriesName::value).orElse(""))
                .setHourOfWeek(sketch.hourOfWeek())
                .setSamples(sketch.samples())
                .setMissingShare(sketch.missingShare())
                .setFormat(DistributionSketch.FORMAT)
                .setPayload(ByteString.copyFrom(sketch.payload())));
      }
      monitor.registerDriftReference(request.build());
    }
  }
}
