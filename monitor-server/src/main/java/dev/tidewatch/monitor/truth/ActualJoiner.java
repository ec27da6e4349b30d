package dev.tidewatch.monitor.truth;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.truth.FeedSource.FeedState;
import dev.tidewatch.monitor.truth.FeedSource.FeedStep;
import dev.tidewatch.monitor.truth.FeedSource.Subscription;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins predictions with the truth. One thread of its own follows the feed of the shards that this
 * replica holds and takes the actuals that are due, in turns, so that between reading an interval's
 * readings and writing its actual the checkpoint stands still: a change that the reading did not
 * see is always met later, and marks the actual to be taken again.
 *
 * <p>Whatever goes wrong (ingest or the database away, a lease lost), it begins again from the
 * checkpoints after a pause.
 */
public final class ActualJoiner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ActualJoiner.class);

  private static final int STEPS_PER_TURN_MAX = 64;
  private static final int TOUCHES_PER_TURN_MAX = 20_000;

  private final String owner;
  private final FeedSource feed;
  private final ActualStore store;
  private final ActualTaker taker;
  private final InstantSource clock;
  private final InstantSource leaseClock;
  private final JoinLimits limits;
  private final JoinWatcher watcher;
  private final Rounds rounds;

  private volatile FeedPosition feedHead = FeedPosition.NONE;

  /**
   * @param owner names this replica in leases
   * @param clock domain time
   * @param leaseClock real time
   */
  public ActualJoiner(
      String owner,
      FeedSource feed,
      ReadingSource readings,
      ActualStore store,
      InstantSource clock,
      InstantSource leaseClock,
      JoinLimits limits,
      JoinWatcher watcher) {
    this.owner = owner;
    this.feed = feed;
    this.store = store;
    this.taker = new ActualTaker(readings);
    this.clock = clock;
    this.leaseClock = leaseClock;
    this.limits = limits;
    this.watcher = watcher;
    Pace pace = Pace.every(limits.pauseMax()).pausing(limits.pauseMin(), limits.pauseMax());
    this.rounds = Rounds.ofPieces("actual-joiner", pace, this::follow);
  }

  public ActualJoiner start() {
    rounds.start();
    return this;
  }

  /** Newest commit that the feed was heard of; NONE before it was first reached. */
  public FeedPosition feedHead() {
    return feedHead;
  }

  @Override
  public void close() {
    rounds.close();
  }

  /** Follows until closed or until the claim changes; false if there is nothing to claim. */
  private boolean follow() throws InterruptedException {
    FeedState state = feed.state();
    feedHead = state.head();
    store.prepareShards(state.shardCount(), state.head());
    ShardClaim claim = store.claim(owner, leaseClock.instant(), limits.leaseTerm());
    try {
      if (claim.isEmpty()) {
        return false;
      }
      Map<Integer, FeedPosition> checkpoints = store.checkpoints(claim);
      FeedPosition after =
          checkpoints.values().stream()
              .min(Comparator.comparingLong(FeedPosition::position))
              .orElseThrow();
      if (checkpoints.values().stream().anyMatch(c -> c.epoch() != state.head().epoch())) {
        log.warn("The feed has a new life ({}): taking all actuals again", state.head());
        store.restart(claim, state.head());
        after = state.head();
      }
      try (Subscription subscription = feed.subscribe(after, claim.shards())) {
        takeTurns(claim, subscription);
      } catch (FeedExpiredException e) {
        log.warn("The feed does not reach back to {}: taking all actuals again", after, e);
        store.restart(claim, feed.state().head());
      }
    } catch (LeaseLostException e) {
      log.info("A shard changed hands, beginning again from the checkpoints: {}", e.getMessage());
    } finally {
      release(claim);
    }
    return true;
  }

  /**
   * Gives the shards back although the close interrupts, so that another replica has them at once.
   */
  private void release(ShardClaim claim) {
    boolean interrupted = Thread.interrupted();
    try {
      store.release(claim);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void takeTurns(ShardClaim claim, Subscription subscription) throws InterruptedException {
    long renewAt = System.nanoTime() + limits.leaseTerm().toNanos() / 3;
    long joinAt = System.nanoTime();
    long saveAt = System.nanoTime();
    boolean moreIsDue = false;
    FeedPosition saved = FeedPosition.NONE;
    while (!rounds.isClosing()) {
      if (System.nanoTime() - renewAt >= 0) {
        ShardClaim renewed = store.claim(owner, leaseClock.instant(), limits.leaseTerm());
        if (!renewed.equals(claim)) {
          return;
        }
        renewAt = System.nanoTime() + limits.leaseTerm().toNanos() / 3;
      }
      Optional<FeedStep> first =
          subscription.poll(moreIsDue ? Duration.ZERO : limits.joinInterval());
      if (first.isPresent()) {
        var touches = new ArrayList<Touch>();
        var deleted = new ArrayList<DeletedSeries>();
        FeedPosition through = drain(first.get(), subscription, touches, deleted);
        boolean saveIsDue = System.nanoTime() - saveAt >= 0 && !through.equals(saved);
        if (!touches.isEmpty() || saveIsDue) {
          store.apply(claim, touches, deleted, through);
          saved = through;
          saveAt = System.nanoTime() + limits.saveInterval().toNanos();
        }
      }
      if (moreIsDue || System.nanoTime() - joinAt >= 0) {
        moreIsDue = takeDue(claim);
        joinAt = System.nanoTime() + limits.joinInterval().toNanos();
      }
    }
  }

  private FeedPosition drain(
      FeedStep first, Subscription subscription, List<Touch> touches, List<DeletedSeries> deleted)
      throws InterruptedException {
    FeedStep step = first;
    touches.addAll(step.touches());
    deleted.addAll(step.deleted());
    for (int steps = 1;
        steps < STEPS_PER_TURN_MAX && touches.size() < TOUCHES_PER_TURN_MAX;
        steps++) {
      Optional<FeedStep> next = subscription.poll(Duration.ZERO);
      if (next.isEmpty()) {
        break;
      }
      step = next.get();
      touches.addAll(step.touches());
      deleted.addAll(step.deleted());
    }
    feedHead = step.head();
    return step.through();
  }

  /** Returns true if more may be due. */
  private boolean takeDue(ShardClaim claim) {
    Instant now = clock.instant();
    List<Target> due = store.due(claim, now, limits.targetsPerTurnMax());
    Optional<ActualTaker.Taken> taken = taker.take(due);
    if (taken.isEmpty()) {
      watcher.nothingDue();
      return false;
    }
    List<Target> changed =
        store.write(claim, taken.get().snapshot(), taken.get().actuals(), clock.instant());
    watcher.taken(due, changed, now);
    return due.size() == limits.targetsPerTurnMax();
  }
}
