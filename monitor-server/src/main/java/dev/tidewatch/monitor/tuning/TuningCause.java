package dev.tidewatch.monitor.tuning;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What moves a tuning, and why.
 *
 * @param reason one sentence with its figures, as the tuning keeps it
 * @param figures those that the sentence rests on
 * @param actor the person behind it; empty: the monitor itself
 * @param traceId of what led to it, 32 hexadecimal digits; empty: none
 */
public record TuningCause(
    Kind kind, String reason, Map<String, Double> figures, String actor, String traceId) {
  /** Of what kind it is, which says whether the decision log tells of it. */
  public enum Kind {
    /** Somebody marked a false alarm. */
    FALSE_ALARM,
    /** Feedback wears off; too often, and each time too little, to be told. */
    WEARING_OFF,
    /** Nothing is left of feedback. */
    WORN_OFF,
    /** Intervals missed their coverage. */
    COVERAGE,
    /** A person set or reset it. */
    BY_HAND
  }

  public TuningCause {
    figures = new LinkedHashMap<>(figures);
  }

  /** A false alarm raised the factor. */
  public static TuningCause falseAlarm(double after, double before, String actor, String traceId) {
    return new TuningCause(
        Kind.FALSE_ALARM,
        String.format(
            Locale.ROOT, "false-alarm feedback: threshold factor %.3g, was %.3g", after, before),
        factors(after, before),
        actor,
        traceId);
  }

  /** A raised factor went back towards 1, or all the way. */
  public static TuningCause wearsOff(double after, double before) {
    return new TuningCause(
        after == 1 ? Kind.WORN_OFF : Kind.WEARING_OFF,
        String.format(
            Locale.ROOT,
            "false-alarm feedback wears off: threshold factor %.3g, was %.3g",
            after,
            before),
        factors(after, before),
        "",
        "");
  }

  /** The monitor moves intervals to their coverage. */
  public static TuningCause coverage(String reason, Map<String, Double> figures) {
    return new TuningCause(Kind.COVERAGE, reason, figures, "", "");
  }

  /**
   * A person did it.
   *
   * @param actor empty: nobody known
   */
  public static TuningCause byHand(String reason, String actor) {
    return new TuningCause(Kind.BY_HAND, reason, Map.of(), actor, "");
  }

  private static Map<String, Double> factors(double after, double before) {
    var figures = new LinkedHashMap<String, Double>();
    figures.put("threshold_factor", after);
    figures.put("threshold_factor_before", before);
    return figures;
  }
}
