package dev.tidewatch.monitor.trial;

import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins trials of what retrain tasks made and keeps them going, on a thread of its own. Any number
 * of replicas may run one.
 */
public final class TrialWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrialWorker.class);

  private static final int CANDIDATES_PER_TURN = 100;
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

  /**
   * A comparison that takes long is made less often, so that it takes up to a tenth of the time.
   */
  private static final int REST_PER_WORK = 9;

  /** One that took long just once, since the machine was busy say, holds its trial up no longer. */
  private static final int REST_INTERVALS_MAX = 20;

  private final CandidateSource candidates;
  private final TrialStore store;
  private final TrialConduct conduct;
  private final InstantSource clock;
  private final InstantSource realTime;
  private final Duration interval;
  private final Tracer tracer;
  private final Rounds rounds;

  /**
   * @param clock domain time
   * @param realTime for leases
   * @param interval real time between two looks at a trial
   */
  public TrialWorker(
      CandidateSource candidates,
      TrialStore store,
      TrialConduct conduct,
      InstantSource clock,
      InstantSource realTime,
      Duration interval,
      Tracer tracer) {
    this.candidates = candidates;
    this.store = store;
    this.conduct = conduct;
    this.clock = clock;
    this.realTime = realTime;
    this.interval = interval;
    this.tracer = tracer;
    this.rounds = Rounds.of("trials", Pace.every(interval), this::turn);
  }

  public TrialWorker start() {
    rounds.start();
    return this;
  }

  @Override
  public void close() {
    rounds.close();
  }

  private void turn() {
    begin();
    boolean more = true;
    while (more && !rounds.isClosing()) {
      more = takeOne();
    }
  }

  private void begin() {
    for (Candidate candidate : candidates.untried(CANDIDATES_PER_TURN)) {
      Trial trial = Trial.begin(candidate, clock.instant().truncatedTo(ChronoUnit.MICROS));
      if (store.open(trial)) {
        log.info("The trial of {} begins", trial.label());
      }
    }
  }

  /** Returns false if no trial is due. */
  private boolean takeOne() {
    Instant now = realTime.instant();
    Optional<Trial> taken = store.take(now, now.plus(LEASE));
    if (taken.isEmpty()) {
      return false;
    }
    Trial trial = taken.get();
    Duration rest = interval;
    long begun = System.nanoTime();
    var span =
        tracer
            .spanBuilder("trial " + trial.step().name())
            .setParent(TraceParents.toContext(trial.traceparent()))
            .setAttribute("tidewatch.model", trial.model())
            .setAttribute("tidewatch.candidate", trial.candidate())
            .startSpan();
    try (var _ = span.makeCurrent()) {
      Trial after = conduct.proceed(trial);
      if (after.step() != trial.step()) {
        log.info("The trial of {} is at {}: {}", after.label(), after.step(), after.reason());
      }
    } catch (Aborted e) {
      log.debug("The trial of {} is looked at again", trial.label(), e);
    } catch (Unavailable e) {
      rest = longer(rest, PAUSE_AFTER_FAILURE);
      throw e; // whoever is away is away for the other trials, too
    } catch (RuntimeException e) {
      rest = longer(rest, PAUSE_AFTER_FAILURE);
      span.recordException(e);
      log.warn("The trial of {} is held up at {}", trial.label(), trial.step(), e);
    } finally {
      span.end();
      Duration work = Duration.ofNanos(System.nanoTime() - begun);
      store.lookAgain(trial.id(), realTime.instant().plus(longer(rest, restAfter(work))));
    }
    return true;
  }

  private Duration restAfter(Duration work) {
    Duration rest = work.multipliedBy(REST_PER_WORK);
    Duration longest = interval.multipliedBy(REST_INTERVALS_MAX);
    return rest.compareTo(longest) < 0 ? rest : longest;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }
}
