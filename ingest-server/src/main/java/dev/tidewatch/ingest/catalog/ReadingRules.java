package dev.tidewatch.ingest.catalog;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the readings of a series are judged by, ready to use. A great many series have none but
 * their kind and policy; those share one instance, so that a series in memory costs little more
 * than its name. Immutable.
 */
final class ReadingRules {
  private static final Map<SeriesKind, Map<DuplicatePolicy, ReadingRules>> WITHOUT_VALIDATION =
      withoutValidation();

  private final SeriesKind kind;
  private final Set<Long> states;
  private final DuplicatePolicy policy;
  private final double valueMin;
  private final double valueMax;
  private final long futureSkewMicros;
  private final boolean flagViolations;
  private final @Nullable NeighbourRule neighbourRule;

  private ReadingRules(
      SeriesKind kind, Set<Long> states, DuplicatePolicy policy, Validation validation) {
    this.kind = kind;
    this.states = states;
    this.policy = policy;
    this.valueMin = validation.valueMin().orElse(Double.NEGATIVE_INFINITY);
    this.valueMax = validation.valueMax().orElse(Double.POSITIVE_INFINITY);
    this.futureSkewMicros =
        validation.futureSkewMax().map(skew -> skew.toNanos() / 1_000).orElse(-1L);
    this.flagViolations = validation.flagViolations();
    this.neighbourRule = NeighbourRule.of(kind, validation);
  }

  static ReadingRules of(SeriesDescription description) {
    SeriesKind kind = description.kind();
    DuplicatePolicy policy = description.duplicatePolicy();
    Set<Long> states = description.states().keySet();
    if (states.isEmpty() && description.validation().equals(Validation.NONE)) {
      ReadingRules shared = WITHOUT_VALIDATION.getOrDefault(kind, Map.of()).get(policy);
      if (shared != null) {
        return shared;
      }
    }
    return new ReadingRules(kind, states, policy, description.validation());
  }

  private static Map<SeriesKind, Map<DuplicatePolicy, ReadingRules>> withoutValidation() {
    var rules = new EnumMap<SeriesKind, Map<DuplicatePolicy, ReadingRules>>(SeriesKind.class);
    for (SeriesKind kind : SeriesKind.values()) {
      var ofKind = new EnumMap<DuplicatePolicy, ReadingRules>(DuplicatePolicy.class);
      for (DuplicatePolicy policy : DuplicatePolicy.values()) {
        ofKind.put(policy, new ReadingRules(kind, Set.of(), policy, Validation.NONE));
      }
      rules.put(kind, ofKind);
    }
    return rules;
  }

  DuplicatePolicy policy() {
    return policy;
  }

  double valueMin() {
    return valueMin;
  }

  double valueMax() {
    return valueMax;
  }

  boolean flagViolations() {
    return flagViolations;
  }

  @Nullable NeighbourRule neighbourRule() {
    return neighbourRule;
  }

  long futureSkewMicros(long defaultMicros) {
    return futureSkewMicros < 0 ? defaultMicros : futureSkewMicros;
  }

  boolean allows(double value) {
    return switch (kind) {
      case GAUGE, COUNTER -> true;
      case BOOLEAN -> value == 0 || value == 1;
      case STATE -> value == Math.rint(value) && states.contains((long) value);
    };
  }
}
