package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.alert.Condition.Staleness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Finds series that have been silent for too long, by the catalogue of ingest. A series without any
 * reading is not silent but new. Without a limit in the rule, three times the usual interval
 * counts: the one that the catalogue expects, else the median of the newest readings; a series for
 * which neither is known says nothing.
 */
public final class StalenessEvaluator implements ConditionEvaluator {
  private static final int INTERVALS_SILENT = 3;

  /** Asks ingest. Called by one thread. */
  public interface SeriesSource {
    /** Series that match and have readings. */
    List<LatestReading> latest(SeriesPattern pattern);

    /** The usual distance of readings of a series whose catalogue entry does not say it. */
    Optional<Duration> usualInterval(LatestReading latest);
  }

  /**
   * The newest reading of a series.
   *
   * @param device empty: none
   * @param expectedInterval as the catalogue has it
   */
  public record LatestReading(
      String series, String device, Instant time, Optional<Duration> expectedInterval) {}

  private final SeriesSource source;

  public StalenessEvaluator(SeriesSource source) {
    this.source = source;
  }

  @Override
  public List<Finding> evaluate(AlertRule rule, Instant now) {
    var condition = (Staleness) rule.condition();
    var findings = new ArrayList<Finding>();
    for (LatestReading latest : source.latest(rule.seriesPattern())) {
      finding(condition, latest, now).ifPresent(findings::add);
    }
    return findings;
  }

  private Optional<Finding> finding(Staleness condition, LatestReading latest, Instant now) {
    Duration silent = Duration.between(latest.time(), now);
    if (silent.isNegative() || silent.isZero()) {
      return Optional.empty();
    }
    AlertLabels labels = AlertLabels.ofSeries(latest.series(), latest.device());
    var figures = new LinkedHashMap<String, Double>();
    figures.put("silent_seconds", seconds(silent));
    Duration limit = condition.silentFor();
    String because = "";
    if (limit.isZero()) {
      Optional<Duration> usual = latest.expectedInterval().or(() -> source.usualInterval(latest));
      if (usual.isEmpty()) {
        return Optional.of(Finding.undecided(labels, now));
      }
      limit = usual.get().multipliedBy(INTERVALS_SILENT);
      figures.put("interval_seconds", seconds(usual.get()));
      because = ", three times its usual " + AlertLife.words(usual.get());
    }
    if (silent.compareTo(limit) <= 0) {
      return Optional.empty();
    }
    figures.put("limit_seconds", seconds(limit));
    return Optional.of(
        Finding.holds(
            labels,
            "%s has had no reading since %s: %s, more than %s%s."
                .formatted(
                    latest.series(),
                    latest.time(),
                    AlertLife.words(Duration.ofSeconds(silent.toSeconds())),
                    AlertLife.words(limit),
                    because),
            figures,
            now));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
