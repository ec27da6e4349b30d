package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.timeseries.LocalCalendar;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.drift.Distribution;
import dev.tidewatch.timeseries.drift.DistributionSketch;
import dev.tidewatch.timeseries.drift.DriftMeasures;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Compares the newest values of an input with its reference, hour of the week by hour of the week.
 *
 * @param samplesMin values below which nothing is said
 */
record InputComparison(ModelVersion version, String series, int samplesMin, Instant now) {
  private static final int HOURS_PER_WEEK = 168;

  /**
   * Values of grid intervals, NaN where there is no reading.
   *
   * @param startMicros of each interval, rising
   * @param endMicros of the last interval
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Window(long[] startMicros, double[] values, long endMicros) {
    Instant from() {
      return Times.toInstant(startMicros[0]);
    }

    Instant to() {
      return Times.toInstant(endMicros);
    }
  }

  /** The verdicts about an input's readings. */
  List<DriftVerdict> input(ReferenceInput reference, Window window, ZoneId zone) {
    var verdicts = new ArrayList<DriftVerdict>();
    reference
        .missingShare()
        .ifPresent(share -> verdicts.add(missing(reference.input(), share, window)));
    distribution(DriftKind.INPUT, reference, window, zone, verdicts);
    return verdicts;
  }

  /** The verdict about what was predicted, against the reference of the target. */
  List<DriftVerdict> prediction(ReferenceInput target, Window window, ZoneId zone) {
    var verdicts = new ArrayList<DriftVerdict>();
    distribution(DriftKind.PREDICTION, target, window, zone, verdicts);
    return verdicts;
  }

  private DriftVerdict missing(String input, double referenceShare, Window window) {
    long missing = missingCount(window.values());
    double share = (double) missing / window.values().length;
    return verdict(
        input,
        DriftKind.MISSING,
        DriftLevels.ofMissing(share - referenceShare),
        window,
        window.values().length - missing,
        Optional.empty(),
        String.format(
            Locale.ROOT,
            "%s: %.1f %% of %d intervals have no reading; in training %.1f %% had none.",
            input,
            100 * share,
            window.values().length,
            100 * referenceShare));
  }

  private static long missingCount(double[] values) {
    long missing = 0;
    for (double value : values) {
      if (Double.isNaN(value)) {
        missing++;
      }
    }
    return missing;
  }

  private void distribution(
      DriftKind kind,
      ReferenceInput reference,
      Window window,
      ZoneId zone,
      List<DriftVerdict> into) {
    long samples = window.values().length - missingCount(window.values());
    var calendar = new LocalCalendar(zone);
    var counts = new long[HOURS_PER_WEEK];
    for (int i = 0; i < window.values().length; i++) {
      if (!Double.isNaN(window.values()[i])) {
        counts[calendar.hourOfWeek(window.startMicros()[i])]++;
      }
    }
    Optional<ReferenceInput.Weighed> expected = reference.at(counts);
    if (samples < samplesMin || expected.isEmpty()) {
      into.add(
          verdict(
              reference.input(),
              kind,
              DriftLevel.UNKNOWN,
              window,
              samples,
              Optional.empty(),
              samples < samplesMin
                  ? "%s: %d values; nothing is said below %d."
                      .formatted(reference.input(), samples, samplesMin)
                  : "%s: the reference knows none of these hours.".formatted(reference.input())));
      return;
    }
    // Through the same sketch as the reference, so that both are rounded alike.
    DistributionSketch sketch = DistributionSketch.empty();
    for (double value : window.values()) {
      if (!Double.isNaN(value)) {
        sketch.add(value);
      }
    }
    Distribution current = sketch.distribution();
    Distribution before = expected.get().distribution();
    DriftMeasures measures =
        DriftMeasures.between(before, expected.get().samples(), current, samples);
    into.add(
        verdict(
            reference.input(),
            kind,
            DriftLevels.of(measures),
            window,
            samples,
            Optional.of(measures),
            reason(reference.input(), kind, before, current, measures, samples)));
    if (kind == DriftKind.INPUT) {
      into.add(unit(reference.input(), window, samples, before, current, measures));
    }
  }

  private static String reason(
      String input,
      DriftKind kind,
      Distribution before,
      Distribution current,
      DriftMeasures measures,
      long samples) {
    return String.format(
        Locale.ROOT,
        "%s%s: PSI %.2f (%.2f by chance), Kolmogorov-Smirnov %.2f, Wasserstein %.2f deviations, Jensen-Shannon %.3f bits over %d values; median %.6g, in training %.6g at these hours.",
        input,
        kind == DriftKind.PREDICTION ? " as predicted" : "",
        measures.psi(),
        measures.psiExpected(),
        measures.kolmogorovSmirnov(),
        measures.wasserstein(),
        measures.jensenShannon(),
        samples,
        current.quantile(0.5),
        before.quantile(0.5));
  }

  private DriftVerdict unit(
      String input,
      Window window,
      long samples,
      Distribution before,
      Distribution current,
      DriftMeasures measures) {
    Optional<UnitChange> change = UnitChange.between(before, current, measures);
    return verdict(
        input,
        DriftKind.UNIT,
        change.isPresent() ? DriftLevel.STRONG : DriftLevel.NONE,
        window,
        samples,
        Optional.empty(),
        change
            .map(found ->
                String.format(
                    Locale.ROOT,
                    "%s: the values look converted, %s: median %.6g, in training %.6g; %.2f deviations are left after it.",
                    input,
                    found.name(),
                    current.quantile(0.5),
                    before.quantile(0.5),
                    found.wasserstein()))
            .orElse("%s: no constant factor or offset explains the values.".formatted(input)));
  }

  private DriftVerdict verdict(
      String input,
      DriftKind kind,
      DriftLevel level,
      Window window,
      long samples,
      Optional<DriftMeasures> measures,
      String reason) {
    return new DriftVerdict(
        version,
        series,
        input,
        kind,
        level,
        window.from(),
        window.to(),
        samples,
        figure(measures.map(DriftMeasures::psi)),
        figure(measures.map(DriftMeasures::kolmogorovSmirnov)),
        figure(measures.map(DriftMeasures::wasserstein)),
        figure(measures.map(DriftMeasures::jensenShannon)),
        reason,
        now);
  }

  private static OptionalDouble figure(Optional<Double> value) {
    return value.isPresent() ? OptionalDouble.of(value.get()) : OptionalDouble.empty();
  }
}
