package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Duration;
import java.util.List;

/** When a rule holds. Zeros stand for the defaults of the contract, as people wrote them. */
public sealed interface Condition {
  /** What a measure is compared with. The codes are those of the contract and of the database. */
  enum Measure {
    MAE(1),
    RMSE(2),
    MAPE(3),
    SMAPE(4),
    MASE(5),
    SKILL(6),
    COVERAGE_ERROR(7);

    private final int code;

    Measure(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /**
     * The measure of a code.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Measure ofCode(int code) {
      for (Measure measure : values()) {
        if (measure.code == code) {
          return measure;
        }
      }
      throw new IllegalArgumentException("no measure has the code " + code);
    }
  }

  /**
   * A measure over the trailing window is above the limit (skill: below; coverage error: its
   * absolute value is above).
   *
   * @param level for the coverage error, in [0, 1); 0: 0.9
   * @param trailing zero: one day
   * @param pairsMin 0: 30
   */
  record Accuracy(Measure measure, double limit, double level, Duration trailing, int pairsMin)
      implements Condition {
    private static final double LEVEL_DEFAULT = 0.9;
    private static final Duration TRAILING_DEFAULT = Duration.ofDays(1);
    private static final int PAIRS_DEFAULT = 30;

    public Accuracy {
      if (!Double.isFinite(limit)) {
        throw InvalidArgument.field("rule.accuracy.limit", "must be finite");
      }
      if (!(level >= 0 && level < 1)) {
        throw InvalidArgument.field(
            "rule.accuracy.level", "is %s; it must lie in [0, 1)".formatted(level));
      }
      requireDuration("rule.accuracy.trailing", trailing);
      requireCount("rule.accuracy.pairs_min", pairsMin);
    }

    public double levelInForce() {
      return level == 0 ? LEVEL_DEFAULT : level;
    }

    public Duration trailingInForce() {
      return trailing.isZero() ? TRAILING_DEFAULT : trailing;
    }

    public int pairsMinInForce() {
      return pairsMin == 0 ? PAIRS_DEFAULT : pairsMin;
    }
  }

  /**
   * Drift of at least the moderate or the strong level.
   *
   * @param strongOnly moderate drift does not count
   */
  record Drift(boolean strongOnly) implements Condition {}

  /**
   * At least so many anomalies of at least the severity were reported in the trailing window.
   *
   * @param anomaliesMin 0: 1
   * @param trailing zero: each anomaly for itself, which then counts for {@link #ALONE}
   */
  record Anomalies(Severity severityMin, int anomaliesMin, Duration trailing) implements Condition {
    /** How long the condition holds after an anomaly that counts for itself. */
    public static final Duration ALONE = Duration.ofMinutes(5);

    private static final int ANOMALIES_MAX = 10_000;

    public Anomalies {
      requireCount("rule.anomaly.anomalies_min", anomaliesMin);
      if (anomaliesMin > ANOMALIES_MAX) {
        throw InvalidArgument.field(
            "rule.anomaly.anomalies_min",
            "is %d; at most %d are allowed".formatted(anomaliesMin, ANOMALIES_MAX));
      }
      requireDuration("rule.anomaly.trailing", trailing);
      if (anomaliesMin > 1 && trailing.isZero()) {
        throw InvalidArgument.field(
            "rule.anomaly.trailing",
            "is missing; say in what time %d anomalies must be found".formatted(anomaliesMin));
      }
    }

    public int anomaliesMinInForce() {
      return Math.max(1, anomaliesMin);
    }

    public Duration trailingInForce() {
      return trailing.isZero() ? ALONE : trailing;
    }
  }

  /**
   * A series has had no reading for longer than this.
   *
   * @param silentFor zero: three times the series' usual interval
   */
  record Staleness(Duration silentFor) implements Condition {
    public Staleness {
      requireDuration("rule.staleness.silent_for", silentFor);
    }
  }

  /**
   * Health is below the limit.
   *
   * @param limit 0 to 100
   */
  record Health(double limit) implements Condition {
    public Health {
      if (!(limit >= 0 && limit <= 100)) {
        throw InvalidArgument.field(
            "rule.health.limit", "is %s; it must lie in [0, 100]".formatted(limit));
      }
    }
  }

  /**
   * A server is not serving, or says that it loses.
   *
   * @param server empty: any
   */
  record Server(String server) implements Condition {
    /** Those that are watched. */
    public static final List<String> SERVERS =
        List.of("ingest", "registry", "inference", "monitor");

    public Server {
      TextField.require("rule.server.server", server, 0, 32);
      if (!server.isEmpty() && !SERVERS.contains(server)) {
        throw InvalidArgument.field(
            "rule.server.server",
            "is '%s'; name one of %s, or leave it empty for any"
                .formatted(server, String.join(", ", SERVERS)));
      }
    }
  }

  private static void requireDuration(String field, Duration duration) {
    if (duration.isNegative() || duration.compareTo(AlertRule.DURATION_MAX) > 0) {
      throw InvalidArgument.field(
          field,
          "is %s; it must lie between 0 and %d days"
              .formatted(duration, AlertRule.DURATION_MAX.toDays()));
    }
  }

  private static void requireCount(String field, int count) {
    if (count < 0) {
      throw InvalidArgument.field(field, "is %d; it must be at least 0".formatted(count));
    }
  }
}
