package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Parameters;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings that detectors of this package share.
 *
 * @param method textbook statistics or the seasonal ones
 * @param watch which causes the seasonal method looks for
 * @param threshold score from which a reading opens an anomaly
 * @param window readings in the window of the textbook moving average
 * @param slotsPerDay parts of the day with a level of their own
 * @param returnPeriodDays how rarely a feature of an ordinary series should cross a score of 3 by
 *     chance
 * @param zone decides what is day and weekend
 */
record DetectorSettings(
    Method method,
    Set<Cause> watch,
    double threshold,
    int window,
    int slotsPerDay,
    double returnPeriodDays,
    ZoneId zone) {
  static final String METHOD = "method";
  static final String WATCH = "watch";
  static final String THRESHOLD = "threshold";
  static final String WINDOW = "window";
  static final String SLOTS_PER_DAY = "slots_per_day";
  static final String RETURN_PERIOD_DAYS = "return_period_days";

  private static final Set<String> KNOWN =
      Set.of(METHOD, WATCH, THRESHOLD, WINDOW, SLOTS_PER_DAY, RETURN_PERIOD_DAYS);

  /** How scores are made. */
  enum Method {
    /**
     * Profile of the week, short-term level, several time scales, calibrated on the series' own
     * extremes.
     */
    SEASONAL,
    /** The definition of the textbooks, on plain values. */
    STANDARD
  }

  DetectorSettings {
    watch = Set.copyOf(watch);
  }

  static DetectorSettings of(Parameters parameters, Set<Cause> defaultWatch, ZoneId zone) {
    parameters.requireKnown(KNOWN);
    Set<Cause> watch = EnumSet.noneOf(Cause.class);
    for (String word : parameters.words(WATCH, codes(defaultWatch))) {
      Cause cause = Parameters.of(Map.of(WATCH, word)).choice(WATCH, Cause.DEVIATION);
      if (cause == Cause.NONE) {
        throw new IllegalArgumentException("parameter watch has 'none'; list what to look for");
      }
      watch.add(cause);
    }
    return new DetectorSettings(
        parameters.choice(METHOD, Method.SEASONAL),
        watch,
        parameters.number(THRESHOLD, 3, 0.5, Verdict.SCORE_MAX),
        parameters.integer(WINDOW, 100, 5, 10_000),
        parameters.integer(SLOTS_PER_DAY, 96, 1, 288),
        parameters.number(RETURN_PERIOD_DAYS, 365, 1, 10_000),
        zone);
  }

  private static List<String> codes(Set<Cause> causes) {
    return causes.stream().map(cause -> cause.name().toLowerCase(Locale.ROOT)).sorted().toList();
  }

  /** All settings written out. */
  Parameters toParameters() {
    return Parameters.NONE
        .with(METHOD, method.name().toLowerCase(Locale.ROOT))
        .with(WATCH, codes(watch).stream().collect(Collectors.joining(",")))
        .with(THRESHOLD, Double.toString(threshold))
        .with(WINDOW, Integer.toString(window))
        .with(SLOTS_PER_DAY, Integer.toString(slotsPerDay))
        .with(RETURN_PERIOD_DAYS, Double.toString(returnPeriodDays));
  }

  /** True if a state learnt under the other settings means the same under these. */
  boolean sharesStateWith(DetectorSettings other) {
    return method == other.method
        && window == other.window
        && slotsPerDay == other.slotsPerDay
        && zone.equals(other.zone);
  }
}
