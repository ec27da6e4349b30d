package dev.tidewatch.monitor.health;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewatch.monitor.anomaly.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How figures become parts, and parts a score.
 *
 * <table>
 *   <caption>Parts: linear between the ends</caption>
 *   <tr><th>part</th><th>100</th><th>0</th></tr>
 *   <tr><td>communication</td><td>newest reading at most 2 usual intervals old</td><td>12</td></tr>
 *   <tr><td>completeness</td><td>all expected readings of the last day</td><td>none</td></tr>
 *   <tr><td>sensor drift</td><td>none; moderate 60; strong 20</td><td></td></tr>
 *   <tr><td>anomalies</td><td>none; halves with every 8 points a day, where a low one counts 1, a
 *       medium 2, a high 4, a critical 8</td><td></td></tr>
 *   <tr><td>accuracy</td><td>error at most 1.1 times that of the new version</td><td>2 times</td></tr>
 *   <tr><td>coverage</td><td>at most 0.02 off its level</td><td>0.22 off</td></tr>
 *   <tr><td>freshness</td><td>version at most 30 days old</td><td>365 days</td></tr>
 * </table>
 *
 * <p>The score is the weighted mean over the parts that are known; weights of the others are given
 * to these in proportion. A device's part is half the mean of its series' parts, half the worst.
 */
final class HealthFormula {
  private static final Map<PartKind, Double> SERIES =
      Map.of(
          PartKind.COMMUNICATION, 0.30,
          PartKind.COMPLETENESS, 0.20,
          PartKind.SENSOR_DRIFT, 0.15,
          PartKind.ANOMALIES, 0.20,
          PartKind.ACCURACY, 0.15);
  private static final Map<PartKind, Double> DEVICE =
      Map.of(
          PartKind.COMMUNICATION, 0.35,
          PartKind.COMPLETENESS, 0.25,
          PartKind.SENSOR_DRIFT, 0.15,
          PartKind.ANOMALIES, 0.25);
  private static final Map<PartKind, Double> MODEL =
      Map.of(
          PartKind.ACCURACY, 0.45,
          PartKind.COVERAGE, 0.25,
          PartKind.SENSOR_DRIFT, 0.20,
          PartKind.FRESHNESS, 0.10);

  /** A part that scores less is worth a recommendation. */
  private static final double RECOMMENDED_BELOW = 80;

  private HealthFormula() {}

  /** A part whose weight is not known yet. */
  record Finding(PartKind kind, double score, String reason) {}

  static Finding communication(SeriesActivity activity, Instant now) {
    if (activity.newest().isEmpty()) {
      return new Finding(PartKind.COMMUNICATION, 0, "there is no reading");
    }
    Duration age = positive(Duration.between(activity.newest().get(), now));
    if (activity.interval().isEmpty()) {
      return new Finding(
          PartKind.COMMUNICATION,
          falling(age.toMinutes() / 60.0, 24, 72),
          "newest reading %s ago; the usual interval is unknown".formatted(words(age)));
    }
    Duration interval = activity.interval().get();
    return new Finding(
        PartKind.COMMUNICATION,
        falling(age.toMillis() / (double) Math.max(1, interval.toMillis()), 2, 12),
        "newest reading %s ago, usually one each %s".formatted(words(age), words(interval)));
  }

  static Finding completeness(double share) {
    return new Finding(
        PartKind.COMPLETENESS,
        100 * Math.clamp(share, 0, 1),
        format("%.1f %% of the expected readings of the last day", 100 * share));
  }

  static Finding drift(DriftFindings.Finding finding) {
    double score =
        switch (finding.strength()) {
          case 0 -> 100;
          case 1 -> 60;
          default -> 20;
        };
    return new Finding(PartKind.SENSOR_DRIFT, score, finding.reason());
  }

  static Finding anomalies(Map<Severity, Long> counts, double days) {
    double points = 0;
    long all = 0;
    for (Map.Entry<Severity, Long> entry : counts.entrySet()) {
      points += entry.getValue() * (1 << (entry.getKey().code() - 1));
      all += entry.getValue();
    }
    return new Finding(
        PartKind.ANOMALIES,
        100 * Math.pow(0.5, points / days / 8),
        format("%d anomalies in %.0f days", all, days));
  }

  /**
   * @param ratio error now by error when the version was new
   */
  static Finding accuracy(double ratio, long pairs) {
    return new Finding(
        PartKind.ACCURACY,
        falling(ratio, 1.1, 2),
        format("error is %.2f times that of the new version, over %d pairs", ratio, pairs));
  }

  static Finding coverage(double coverage, double level, long pairs) {
    return new Finding(
        PartKind.COVERAGE,
        falling(Math.abs(coverage - level), 0.02, 0.22),
        format(
            "%.1f %% of %d actuals in the %.0f %% interval", 100 * coverage, pairs, 100 * level));
  }

  static Finding freshness(String version, Instant createdAt, Instant now) {
    Duration age = positive(Duration.between(createdAt, now));
    return new Finding(
        PartKind.FRESHNESS,
        falling(age.toHours() / 24.0, 30, 365),
        "version %s is %d days old".formatted(version, age.toDays()));
  }

  /** A part of a device out of the same part of its series; empty if none has it. */
  static Optional<Finding> ofDevice(PartKind kind, List<Finding> ofSeries) {
    List<Finding> same = ofSeries.stream().filter(finding -> finding.kind() == kind).toList();
    if (same.isEmpty()) {
      return Optional.empty();
    }
    double mean = same.stream().mapToDouble(Finding::score).average().orElseThrow();
    Finding worst = same.stream().min(Comparator.comparingDouble(Finding::score)).orElseThrow();
    return Optional.of(
        new Finding(
            kind,
            (mean + worst.score()) / 2,
            format("mean %.0f of %d series; worst: %s", mean, same.size(), worst.reason())));
  }

  /** Empty if nothing is known. */
  static Optional<HealthScore> score(
      SubjectKind kind, String subject, List<Finding> findings, Instant now) {
    Map<PartKind, Double> weights =
        switch (kind) {
          case SERIES -> SERIES;
          case DEVICE -> DEVICE;
          case MODEL -> MODEL;
        };
    double known = 0;
    for (Finding finding : findings) {
      known += weights.getOrDefault(finding.kind(), 0.0);
    }
    if (known == 0) {
      return Optional.empty();
    }
    var parts = new ArrayList<HealthPart>();
    double score = 0;
    for (Finding finding : findings) {
      double weight = weights.getOrDefault(finding.kind(), 0.0) / known;
      if (weight > 0) {
        parts.add(new HealthPart(finding.kind(), finding.score(), weight, finding.reason()));
        score += weight * finding.score();
      }
    }
    return Optional.of(
        new HealthScore(
            kind, subject, Math.clamp(score, 0, 100), parts, recommendation(parts), now));
  }

  /** About the part that costs most. */
  private static String recommendation(List<HealthPart> parts) {
    HealthPart worst =
        parts.stream()
            .max(Comparator.comparingDouble(part -> part.weight() * (100 - part.score())))
            .orElseThrow();
    if (worst.score() >= RECOMMENDED_BELOW) {
      return "";
    }
    String what =
        switch (worst.kind()) {
          case COMMUNICATION -> "check the power and the network of the sensor and its collector";
          case COMPLETENESS -> "look for what drops readings between the sensor and here";
          case SENSOR_DRIFT -> "calibrate or replace the sensor, or train on how it is now";
          case ANOMALIES -> "look at the equipment behind the anomalies, or mark false alarms";
          case ACCURACY -> "train a new version on recent readings";
          case COVERAGE -> "let coverage tuning settle, or calibrate anew by training";
          case FRESHNESS -> "train a new version";
        };
    return what + ": " + worst.reason();
  }

  private static double falling(double value, double best, double worst) {
    return 100 * Math.clamp((worst - value) / (worst - best), 0, 1);
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  private static String words(Duration duration) {
    if (duration.toHours() >= 48) {
      return duration.toDays() + " d";
    }
    if (duration.toMinutes() >= 120) {
      return duration.toHours() + " h";
    }
    return duration.toSeconds() >= 120
        ? duration.toMinutes() + " min"
        : duration.toSeconds() + " s";
  }

  @FormatMethod
  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
