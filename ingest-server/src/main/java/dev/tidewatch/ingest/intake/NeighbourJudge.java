package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.catalog.DuplicatePolicy;
import dev.tidewatch.ingest.catalog.NeighbourRule;
import dev.tidewatch.ingest.catalog.SeriesEntry;
import dev.tidewatch.timeseries.Times;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges the readings of one series by the rules that look at neighbours: one by one in the order
 * they were sent, each against what is stored and what was kept before it, so that the verdicts do
 * not depend on how readings are cut into batches. A rejected reading is nobody's neighbour.
 *
 * <p>A reading is compared with the one before it in time and, if it comes late, with the one after
 * it too. One that is there already with the same value is unchanged and keeps its flags; one that
 * the duplicate policy turns away is not judged.
 *
 * <p>Staleness is judged for readings newer than all others of their series. Since when the value
 * has been the same is told by the rows before: back to one that differs, or to one that is flagged
 * as stale already, or as far as {@code stale_after} reaches. The entry's {@link SeriesEntry.Run}
 * saves that walk while the value is not stale yet; no flag rests on it.
 *
 * <p>Used for one commit, by one thread.
 *
 * @param <E> how reading history fails
 */
public final class NeighbourJudge<E extends Exception> {
  /** The value has not moved for {@code stale_after}. */
  public static final short STALE_FLAG = 512;

  /** Changed faster than {@code change_per_second_max}. */
  public static final short RATE_OF_CHANGE_FLAG = 1024;

  /** A counter fell and did not restart. */
  public static final short COUNTER_DECREASED_FLAG = 2048;

  /** What {@link #judge} answers for a reading that must not be stored. */
  public static final int REJECTED = -1;

  private static final int FLAGS = STALE_FLAG | RATE_OF_CHANGE_FLAG | COUNTER_DECREASED_FLAG;
  private static final int WALK_ROWS_FIRST = 32;
  private static final int WALK_ROWS_MAX = 4_096;

  /** A reading that is stored, or will be. */
  public record Held(long timeMicros, double value, short quality) {}

  /** What is stored. */
  @FunctionalInterface
  public interface History<E extends Exception> {
    /**
     * Readings before the time, the newest first; fewer than the limit only if there are no more.
     */
    List<Held> before(long timeMicros, int limit) throws E;
  }

  private final SeriesEntry entry;
  private final NeighbourRule rule;
  private final History<E> history;

  /** Readings next to those that come late, stored or kept; null if none comes late. */
  private final @Nullable TreeMap<Long, Held> known;

  private @Nullable Held newest;
  private SeriesEntry.@Nullable Run hint;
  private long sinceMicros;
  private boolean sinceKnown;
  private boolean sinceRead;
  private @Nullable Reject reject;

  /**
   * @param entry with a rule
   * @param stored the newest stored reading, and the stored neighbours of all that come late
   * @param late true if any reading to be judged is not newer than every one before it
   */
  public NeighbourJudge(
      SeriesEntry entry,
      NeighbourRule rule,
      History<E> history,
      Collection<Held> stored,
      boolean late) {
    this.entry = entry;
    this.rule = rule;
    this.history = history;
    this.known = late ? new TreeMap<>() : null;
    for (Held held : stored) {
      if (newest == null || held.timeMicros > newest.timeMicros) {
        newest = held;
      }
      if (known != null) {
        known.put(held.timeMicros, held);
      }
    }
    this.hint = entry.run();
  }

  /**
   * Judges the next reading.
   *
   * @return the flags to add to its quality, or {@link #REJECTED}
   */
  public int judge(long timeMicros, double value, short quality, int index) throws E {
    Held same = at(timeMicros);
    if (same != null) {
      if (Double.doubleToRawLongBits(same.value) == Double.doubleToRawLongBits(value)
          && ((same.quality ^ quality) & BatchCheck.SENDER_BITS) == 0) {
        return same.quality & FLAGS;
      }
      if (entry.policy() != DuplicatePolicy.KEEP_LAST) {
        return 0;
      }
    }
    Held before = before(timeMicros);
    Held after = after(timeMicros);
    int flags = 0;
    if (before != null) {
      flags = compare(before.value, value, timeMicros - before.timeMicros);
      if (flags != 0 && !rule.flags()) {
        return reject(flags, timeMicros, value, before, index);
      }
    }
    if (after != null) {
      flags |= compare(value, after.value, after.timeMicros - timeMicros);
      if (flags != 0 && !rule.flags()) {
        return reject(flags, timeMicros, value, after, index);
      }
    }
    if (after == null && same == null) {
      flags |= stale(timeMicros, value, before) ? STALE_FLAG : 0;
    } else {
      sinceKnown = false;
      hint = null;
    }
    hold(new Held(timeMicros, value, (short) (quality | flags)));
    return flags;
  }

  /** Why the last reading was rejected. */
  public Reject lastReject() {
    if (reject == null) {
      throw new IllegalStateException("nothing was rejected");
    }
    return reject;
  }

  /** To be called once everything is committed. */
  public void remember() {
    entry.rememberRun(
        sinceKnown && newest != null
            ? new SeriesEntry.Run(newest.timeMicros, newest.value, sinceMicros)
            : null);
  }

  private @Nullable Held at(long timeMicros) {
    return known == null ? null : known.get(timeMicros);
  }

  private @Nullable Held before(long timeMicros) {
    return known == null ? newest : held(known.lowerEntry(timeMicros));
  }

  private @Nullable Held after(long timeMicros) {
    return known == null ? null : held(known.higherEntry(timeMicros));
  }

  private static @Nullable Held held(Map.@Nullable Entry<Long, Held> of) {
    return of == null ? null : of.getValue();
  }

  private void hold(Held held) {
    if (known != null) {
      known.put(held.timeMicros, held);
    }
    if (newest == null || held.timeMicros >= newest.timeMicros) {
      newest = held;
    }
  }

  private int compare(double from, double to, long micros) {
    return (rule.decreased(from, to) ? COUNTER_DECREASED_FLAG : 0)
        | (rule.tooFast(from, to, micros) ? RATE_OF_CHANGE_FLAG : 0);
  }

  private int reject(int flags, long timeMicros, double value, Held neighbour, int index) {
    boolean decreased = (flags & COUNTER_DECREASED_FLAG) != 0;
    boolean late = neighbour.timeMicros > timeMicros;
    String met =
        "reading of %s at %s has the value %s, but %s %s has %s"
            .formatted(
                entry.name(),
                Times.toInstant(timeMicros),
                value,
                late ? "the next one at" : "the one before it at",
                Times.toInstant(neighbour.timeMicros),
                neighbour.value);
    String why =
        decreased
            ? "a counter may fall only by a restart, to "
                + rule.restartBound(late ? value : neighbour.value)
            : "allowed is a change of %s per second".formatted(rule.changePerSecondMax());
    reject =
        new Reject(
            index,
            decreased ? RejectReason.COUNTER_DECREASED : RejectReason.RATE_OF_CHANGE_EXCEEDED,
            met + "; " + why);
    return REJECTED;
  }

  private boolean stale(long timeMicros, double value, @Nullable Held before) throws E {
    if (rule.staleAfterMicros() == NeighbourRule.NEVER) {
      return false;
    }
    if (before == null || before.value != value) {
      since(timeMicros, true);
      return false;
    }
    if ((before.quality & STALE_FLAG) != 0) {
      return true;
    }
    if (!sinceKnown) {
      if (hint != null && hint.headMicros() == before.timeMicros && hint.value() == value) {
        since(hint.sinceMicros(), false);
      } else {
        walk(timeMicros, before);
      }
    }
    if (timeMicros - sinceMicros >= rule.staleAfterMicros() && !sinceRead) {
      walk(timeMicros, before);
    }
    return timeMicros - sinceMicros >= rule.staleAfterMicros();
  }

  private void since(long micros, boolean read) {
    sinceMicros = micros;
    sinceKnown = true;
    sinceRead = read;
  }

  /** Goes back from a reading as long as the value is the same. */
  private void walk(long timeMicros, Held from) throws E {
    long since = from.timeMicros;
    long cursor = timeMicros;
    int limit = WALK_ROWS_FIRST;
    List<Held> page = history.before(cursor, limit);
    Iterator<Held> rows = page.iterator();
    Held stored = rows.hasNext() ? rows.next() : null;
    while (timeMicros - since < rule.staleAfterMicros()) {
      while (stored != null && stored.timeMicros >= cursor) {
        if (!rows.hasNext() && page.size() == limit) {
          limit = Math.min(WALK_ROWS_MAX, limit * 4);
          page = history.before(stored.timeMicros, limit);
          rows = page.iterator();
        }
        stored = rows.hasNext() ? rows.next() : null;
      }
      // What was kept in this commit hides what is stored at the same time.
      Held kept = known == null ? null : held(known.lowerEntry(cursor));
      Held next =
          stored == null || (kept != null && kept.timeMicros >= stored.timeMicros) ? kept : stored;
      if (next == null || next.value != from.value) {
        break;
      }
      since = next.timeMicros;
      cursor = next.timeMicros;
      if ((next.quality & STALE_FLAG) != 0) {
        since -= rule.staleAfterMicros();
        break;
      }
    }
    since(since, true);
  }
}
