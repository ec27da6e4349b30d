package dev.tidewatch.ingest.catalog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

  private static final VarHandle HEAD = headHandle();

  private final int id;
  private final int shard;
  private final String name;
  private final ReadingRules rules;
  private volatile @Nullable Run run;
  private volatile long headMicros = HEAD_UNKNOWN;
  private volatile boolean touched = true;

  public SeriesEntry(Series series) {
    this.id = series.id();
    this.shard = series.shard();
    SeriesDescription description = series.description();
    this.name = description.name().value();
    this.rules = ReadingRules.of(description);
  }

  private static VarHandle headHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(SeriesEntry.class, "headMicros", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
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
    return rules.policy();
  }

  public double valueMin() {
    return rules.valueMin();
  }

  public double valueMax() {
    return rules.valueMax();
  }

  public boolean flagViolations() {
    return rules.flagViolations();
  }

  /** Null for a series whose readings are judged one by one, which is most of them. */
  public @Nullable NeighbourRule neighbourRule() {
    return rules.neighbourRule();
  }

  public @Nullable Run run() {
    return run;
  }

  public void rememberRun(@Nullable Run known) {
    run = known;
  }

  /** The given default, unless the series has a setting of its own. Microseconds. */
  public long futureSkewMicros(long defaultMicros) {
    return rules.futureSkewMicros(defaultMicros);
  }

  /** False for a value that the kind of series does not know. */
  public boolean allows(double value) {
    return rules.allows(value);
  }

  /**
   * Time of the newest stored reading as far as this process knows, or one of the two constants. A
   * hint.
   */
  public long headMicros() {
    return headMicros;
  }

  /** Says that the database was asked and holds nothing newer. */
  public void learnHead(long micros) {
    HEAD.compareAndSet(this, HEAD_UNKNOWN, micros);
  }

  /** Says that a reading of this time was stored. */
  public void raiseHead(long micros) {
    long known = headMicros;
    while (known != HEAD_UNKNOWN && micros > known && !HEAD.compareAndSet(this, known, micros)) {
      known = headMicros;
    }
  }

  /** Says that the hint was wrong. */
  public void forgetHead() {
    headMicros = HEAD_UNKNOWN;
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
