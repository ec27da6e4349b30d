package dev.tidewatch.ingest.catalog;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the intake needs of a series for every reading, ready to use. Immutable but for the head and
 * the run, which are hints. Thread-safe.
 */
public final class SeriesEntry {
  /** The head is not known; the database must be asked. */
  public static final long HEAD_UNKNOWN = Long.MAX_VALUE;

  /** The series has no reading. */
  public static final long HEAD_EMPTY = Long.MIN_VALUE;

  /**
   * Since when the value has been the same, as of the newest reading this process has seen. A hint.
   */
  public record Run(long headMicros, double value, long sinceMicros) {}

  private final int id;
  private final int shard;
  private final String name;
  private final SeriesKind kind;
  private final Set<Long> states;
  private final DuplicatePolicy policy;
  private final double valueMin;
  private final double valueMax;
  private final long futureSkewMicros;
  private final boolean flagViolations;
  private final @Nullable NeighbourRule neighbourRule;
  private volatile @Nullable Run run;
  private final AtomicLong head = new AtomicLong(HEAD_UNKNOWN);
  private volatile boolean touched = true;

  public SeriesEntry(Series series) {
    this.id = series.id();
    this.shard = series.shard();
    SeriesDescription description = series.description();
    this.name = description.name().value();
    this.kind = description.kind();
    this.states = description.states().keySet();
    this.policy = description.duplicatePolicy();
    Validation validation = description.validation();
    this.valueMin = validation.valueMin().orElse(Double.NEGATIVE_INFINITY);
    this.valueMax = validation.valueMax().orElse(Double.POSITIVE_INFINITY);
    this.futureSkewMicros =
        validation.futureSkewMax().map(skew -> skew.toNanos() / 1_000).orElse(-1L);
    this.flagViolations = validation.flagViolations();
    this.neighbourRule = NeighbourRule.of(description);
  }

  public int id() {
    return id;
  }

  public int shard() {
    return shard;
  }

  public String name() {
    return name;
  }

  public DuplicatePolicy policy() {
    return policy;
  }

  public double valueMin() {
    return valueMin;
  }

  public double valueMax() {
    return valueMax;
  }

  public boolean flagViolations() {
    return flagViolations;
  }

  /** Null for a series whose readings are judged one by one, which is most of them. */
  public @Nullable NeighbourRule neighbourRule() {
    return neighbourRule;
  }

  public @Nullable Run run() {
    return run;
  }

  public void rememberRun(@Nullable Run known) {
    run = known;
  }

  /** The given default, unless the series has a setting of its own. Microseconds. */
  public long futureSkewMicros(long defaultMicros) {
    return futureSkewMicros < 0 ? defaultMicros : futureSkewMicros;
  }

  /** False for a value that the kind of series does not know. */
  public boolean allows(double value) {
    return switch (kind) {
      case GAUGE, COUNTER -> true;
      case BOOLEAN -> value == 0 || value == 1;
      case STATE -> value == Math.rint(value) && states.contains((long) value);
    };
  }

  /**
   * Time of the newest stored reading as far as this process knows, or one of the two constants. A
   * hint.
   */
  public long headMicros() {
    return head.get();
  }

  /** Says that the database was asked and holds nothing newer. */
  public void learnHead(long micros) {
    head.compareAndSet(HEAD_UNKNOWN, micros);
  }

  /** Says that a reading of this time was stored. */
  public void raiseHead(long micros) {
    head.accumulateAndGet(micros, (now, then) -> now == HEAD_UNKNOWN ? now : Math.max(now, then));
  }

  /** Says that the hint was wrong. */
  public void forgetHead() {
    head.set(HEAD_UNKNOWN);
  }

  void touch() {
    if (!touched) {
      touched = true;
    }
  }

  boolean untouchedSinceLastAsked() {
    boolean was = touched;
    touched = false;
    return !was;
  }
}
