package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.drift.ResidualStore.Advance;
import dev.tidewatch.monitor.drift.ResidualStore.Checkpoint;
import dev.tidewatch.monitor.drift.ResidualStore.Found;
import dev.tidewatch.monitor.drift.ResidualStore.Joined;
import dev.tidewatch.monitor.drift.ResidualStore.Stream;
import dev.tidewatch.monitor.truth.JoinWatcher;
import dev.tidewatch.monitor.truth.Target;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.drift.ResidualDrift;
import dev.tidewatch.timeseries.significance.NormalQuantile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@link ResidualDrift} run on the scaled residuals of every version on every series, as
 * truths come in. A residual is (y - f) / s, f being the freshest point forecast of the target and
 * s the deviation that a normal distribution with the forecast's widest interval would have; 1
 * where it has no interval.
 *
 * <p>Targets are taken in their order, each once: a truth that comes after that of a later target,
 * or changes, plays no part. State, changes and verdict are written together, so that after a crash
 * it goes on where it stood: what the joiner told before the crash is looked up again at the start.
 */
final class ResidualWatch implements JoinWatcher {
  private static final int SERIES_PER_TURN = 500;
  private static final int SERIES_PER_LOOK_BACK = 100;
  private static final int ROWS_MAX = 100_000;
  private static final Duration LOOK_BACK = Duration.ofDays(14);

  private final ResidualStore store;
  private final InstantSource clock;

  /** Earliest target that became known, in microseconds, by series. */
  private final Map<Long, Long> waiting = new ConcurrentHashMap<>();

  private long lookedBackTo;
  private boolean hasLookedBack;

  ResidualWatch(ResidualStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public void taken(List<Target> due, List<Target> changed, Instant at) {
    for (Target target : changed) {
      waiting.merge(target.seriesId(), target.startMicros(), Math::min);
    }
  }

  @Override
  public void nothingDue() {
    // The turns come by themselves.
  }

  /** Takes in what waits. */
  void turn() {
    if (!hasLookedBack) {
      lookBack();
    }
    Map<Long, Long> batch = takeBatch();
    if (batch.isEmpty()) {
      return;
    }
    try {
      advance(batch);
    } catch (RuntimeException e) {
      batch.forEach((series, since) -> waiting.merge(series, since, Math::min));
      throw e;
    }
  }

  /** What became known before this process began waits, too. */
  private void lookBack() {
    List<Long> series = store.seriesAfter(lookedBackTo, SERIES_PER_LOOK_BACK);
    if (series.isEmpty()) {
      hasLookedBack = true;
      return;
    }
    Map<Long, Long> since = new HashMap<>();
    long earliest = Times.floorToMicros(clock.instant().minus(LOOK_BACK));
    for (Checkpoint checkpoint : store.checkpoints(series)) {
      since.merge(checkpoint.stream().seriesId(), checkpoint.targetMicros(), Math::min);
    }
    for (Long id : series) {
      waiting.merge(id, Math.max(since.getOrDefault(id, earliest), earliest), Math::min);
    }
    lookedBackTo = series.getLast();
  }

  private Map<Long, Long> takeBatch() {
    var batch = new HashMap<Long, Long>();
    Iterator<Long> ids = waiting.keySet().iterator();
    while (ids.hasNext() && batch.size() < SERIES_PER_TURN) {
      Long id = ids.next();
      Long since = waiting.remove(id);
      if (since != null) {
        batch.put(id, since);
      }
    }
    return batch;
  }

  private void advance(Map<Long, Long> batch) {
    List<Joined> joined = store.joined(batch, ROWS_MAX);
    Map<Stream, Checkpoint> checkpoints = new HashMap<>();
    store.checkpoints(batch.keySet()).forEach(c -> checkpoints.put(c.stream(), c));
    Map<Stream, List<Joined>> streams = new LinkedHashMap<>();
    joined.forEach(
        one -> streams.computeIfAbsent(one.stream(), stream -> new ArrayList<>()).add(one));
    Instant now = clock.instant();
    var advances = new ArrayList<Advance>();
    streams.forEach(
        (stream, rows) -> advance(checkpoints.get(stream), rows, now).ifPresent(advances::add));
    store.save(advances);
    if (joined.size() == ROWS_MAX) {
      // The rest of the last stream, and the series behind it, are still to come.
      Joined last = joined.getLast();
      waiting.merge(last.stream().seriesId(), batch.get(last.stream().seriesId()), Math::min);
      batch.forEach((id, since) -> {
        if (id > last.stream().seriesId()) {
          waiting.merge(id, since, Math::min);
        }
      });
    }
  }

  /** Goes on from a checkpoint; empty if there is nothing new. */
  static Optional<Advance> advance(@Nullable Checkpoint from, List<Joined> rows, Instant now) {
    var test = new ResidualDrift();
    if (from != null) {
      test.restore(from.state());
    }
    boolean wasArmed = test.isArmed();
    long target = from == null ? Long.MIN_VALUE : from.targetMicros();
    var found = new ArrayList<Found>();
    Optional<DriftVerdict> verdict = Optional.empty();
    boolean moved = false;
    for (Joined row : rows) {
      if (row.targetMicros() <= target) {
        continue;
      }
      target = row.targetMicros();
      moved = true;
      Optional<Double> residual = scaled(row);
      if (residual.isEmpty()) {
        continue;
      }
      Optional<ResidualDrift.Change> change = test.next(residual.get());
      if (change.isPresent()) {
        ResidualDrift.Change c = change.get();
        found.add(new Found(target, c.test().code(), c.before(), c.after()));
        verdict = Optional.of(changed(row, c, now));
      } else if (test.isArmed() && !wasArmed) {
        verdict = Optional.of(calm(row, now));
      }
      wasArmed = test.isArmed();
    }
    if (!moved) {
      return Optional.empty();
    }
    Joined any = rows.getFirst();
    return Optional.of(
        new Advance(
            new Checkpoint(any.stream(), target, test.state(), from == null ? 0 : from.revision()),
            found,
            verdict));
  }

  /** Empty for an interval of no width, which has no scale. */
  static Optional<Double> scaled(Joined row) {
    double residual = row.actual() - row.mean();
    if (Double.isNaN(row.level())) {
      return Optional.of(residual);
    }
    double deviation = row.width() / (2 * NormalQuantile.of((1 + row.level()) / 2));
    return deviation > 0 && Double.isFinite(residual / deviation)
        ? Optional.of(residual / deviation)
        : Optional.empty();
  }

  private static DriftVerdict changed(Joined row, ResidualDrift.Change change, Instant now) {
    boolean isStrong = Math.abs(change.meanShift()) >= 1 || change.sizeRatio() >= 1.5;
    String reason =
        String.format(
            Locale.ROOT,
            "%s found a change of the scaled residuals at %s: their mean went from %.2f to %.2f (%+.1f deviations), their size to %.1f times what it was.",
            change.test() == ResidualDrift.Test.ADWIN ? "ADWIN" : "Page-Hinkley",
            Times.toInstant(row.targetMicros()),
            change.before(),
            change.after(),
            change.meanShift(),
            change.sizeRatio());
    return verdict(row, isStrong ? DriftLevel.STRONG : DriftLevel.MODERATE, reason, now);
  }

  private static DriftVerdict calm(Joined row, Instant now) {
    return verdict(
        row,
        DriftLevel.NONE,
        "The last %d scaled residuals, up to %s, make the baseline; no change has been found since."
            .formatted(ResidualDrift.BASELINE_VALUES, Times.toInstant(row.targetMicros())),
        now);
  }

  private static DriftVerdict verdict(Joined row, DriftLevel level, String reason, Instant now) {
    Instant target = Times.toInstant(row.targetMicros());
    return new DriftVerdict(
        row.version(),
        row.series(),
        DriftVerdict.RESIDUAL,
        DriftKind.RESIDUAL,
        level,
        target,
        target,
        ResidualDrift.BASELINE_VALUES,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        reason,
        now);
  }
}
