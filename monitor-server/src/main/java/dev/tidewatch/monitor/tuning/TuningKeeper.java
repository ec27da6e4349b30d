package dev.tidewatch.monitor.tuning;

import dev.tidewatch.monitor.tuning.CoverageSource.IssuedInterval;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps tunings right while time goes on: lets feedback wear off, and moves intervals to their
 * coverage, some series at a time. Every replica does so: what two decide is the same, and only one
 * of two writes of the same tuning counts. One thread of its own.
 */
public final class TuningKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TuningKeeper.class);

  private static final Duration WINDOW = Duration.ofDays(7);
  private static final double LEVEL = 0.9;
  private static final int PREDICTIONS_MAX = 200;
  private static final int SERIES_PER_TURN = 50;
  private static final int RELAXED_PER_TURN = 1_000;

  private final TuningStore store;
  private final CoverageSource ledger;
  private final InstantSource clock;
  private final Rounds rounds;
  private OptionalLong behind = OptionalLong.empty();

  /**
   * @param clock domain time
   * @param interval between turns
   */
  public TuningKeeper(
      TuningStore store, CoverageSource ledger, InstantSource clock, Duration interval) {
    this.store = store;
    this.ledger = ledger;
    this.clock = clock;
    this.rounds = Rounds.of("tuning-keeper", Pace.every(interval), this::turn);
  }

  public TuningKeeper start() {
    rounds.start();
    return this;
  }

  private void turn() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    int relaxed = store.relax(now, RELAXED_PER_TURN);
    if (relaxed > 0) {
      log.info("Feedback wore off on {} tunings", relaxed);
    }
    CoverageSource.Look look = ledger.look(now.minus(WINDOW), behind, SERIES_PER_TURN);
    behind = look.behind();
    look.keys().forEach(key -> tune(key, now));
  }

  private void tune(TuningKey key, Instant now) {
    List<IssuedInterval> issued = ledger.intervals(key, now.minus(WINDOW), LEVEL, PREDICTIONS_MAX);
    if (issued.size() < CoverageTuning.TRUTHS_MIN) {
      return;
    }
    Set<Long> revisions = new HashSet<>();
    issued.forEach(interval -> revisions.add(interval.tuningRevision()));
    var before = store.find(key);
    CoverageTuning.decide(
            issued,
            before.map(Tuning::conformalOffsets).orElse(List.of()),
            store.offsetsOf(revisions))
        .ifPresent(decision -> {
          var tuned =
              store.setOffsets(
                  key,
                  before.map(Tuning::revision).orElse(0L),
                  decision.offsets(),
                  decision.cause(),
                  now);
          tuned.ifPresent(tuning ->
              log.info(
                  "Tuned {} {} on {}: {}",
                  key.version().model(),
                  key.version().version(),
                  key.series().value(),
                  tuning.reason()));
        });
  }

  @Override
  public void close() {
    rounds.close();
  }
}
