package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.Feed;
import dev.tidewatch.inference.feed.FeedEvent;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.FeedSection;
import dev.tidewatch.inference.feed.ShardLease;
import dev.tidewatch.inference.feed.ShardStore;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the assigned detectors on the feed. What is found is reported before the checkpoint moves
 * past it; after a crash the feed is read again from the checkpoint, with the states of that place,
 * so that the same anomalies are found and the log knows them.
 *
 * <p>All on one thread of its own but what is said to be for any.
 */
public final class FeedDetection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedDetection.class);
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Duration RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(5);
  private static final int REPORT_MAX = 500;

  /**
   * States kept by one checkpoint, about. More are spread over several, a few shards each, so that
   * readings wait for none of them long.
   */
  private static final long CHECKPOINT_BYTES = 8L << 20;

  private final Feed feed;
  private final ShardStore store;
  private final AnomalyLog log;
  private final Residency residency;
  private final ShardDetectors detectors;
  private final FeedDetectionSettings settings;
  private final InstantSource realClock;
  private final DetectionMetrics metrics;
  private final Rounds rounds;

  private List<ShardLease> leases = List.of();
  private Map<Integer, FeedPosition> checkpoints = new HashMap<>();
  private Instant leasedAt = Instant.MIN;
  private @Nullable FeedPosition through;

  /** Shards of which something was read since their checkpoints. */
  private final Set<Integer> dirty = new HashSet<>();

  private boolean beginAtHead;
  private RegistryState awaited = RegistryState.UNHEARD;
  private long checkpointNanos = System.nanoTime();

  private volatile Map<Integer, ShardProgress> progress = Map.of();
  private volatile FeedPosition seenHead = FeedPosition.START;

  public FeedDetection(
      Feed feed,
      ShardStore store,
      AnomalyLog log,
      Residency residency,
      ModelRouter router,
      DetectorStarter starter,
      GroupRows rows,
      TuningMirror tunings,
      FeedDetectionSettings settings,
      InstantSource realClock,
      Spans spans,
      DetectionMetrics metrics) {
    this.feed = feed;
    this.store = store;
    this.log = log;
    this.residency = residency;
    this.settings = settings;
    this.realClock = realClock;
    this.metrics = metrics;
    this.detectors =
        new ShardDetectors(
            router, starter, rows, tunings, store, spans, metrics, settings.detectorsMax());
    this.rounds =
        Rounds.ofPieces(
            "feed-detection",
            Pace.every(settings.leaseDuration().dividedBy(3)).pausing(RETRY_FIRST, RETRY_LONGEST),
            this::consume);
  }

  public FeedDetection start() {
    rounds.start();
    return this;
  }

  /** Ends the work and gives its shards back. */
  @Override
  public void close() {
    rounds.close();
    giveBack();
  }

  /**
   * From the checkpoint on, until the set of leased shards changes or something fails.
   *
   * @return false if there is none, so that the rounds wait
   */
  private boolean consume() throws InterruptedException {
    try {
      return consumeLeased();
    } finally {
      detectors.clear();
    }
  }

  private boolean consumeLeased() throws InterruptedException {
    while (!residency.registry().isHeard()) {
      Thread.sleep(PATIENCE);
    }
    awaitModels();
    renewLeases(true);
    if (leases.isEmpty()) {
      publish();
      return false;
    }
    // Where the feed no longer has the checkpoints, or never had them, they say nothing of what it
    // tells from here on.
    checkpoints = beginAtHead ? new HashMap<>() : new HashMap<>(store.checkpoints());
    dirty.clear();
    through = null;
    if (!beginAtHead) {
      detectors.preload(leases.stream().map(ShardLease::shard).toList());
    }
    try (Feed.Subscription subscription = subscribe()) {
      while (renewLeases(false)) {
        FeedEvent event = subscription.next(PATIENCE);
        if (event != null) {
          awaitModels();
          process(event);
        }
        checkpointIfDue(event);
      }
    } catch (Feed.FeedExpired e) {
      LOG.error(
          "the feed no longer has what follows the checkpoint; detection goes on from its newest commit",
          e);
      // States that missed what lies between, or that belong to another life of the database, are
      // built again from history.
      store.forgetStates(leases);
      beginAtHead = true;
    }
    return true;
  }

  /**
   * A block that is read before the models are there would be passed without being scored. Waits
   * once for each state of the registry, so that a version that does not come holds up the feed no
   * longer than that.
   */
  private void awaitModels() throws InterruptedException {
    RegistryState state = residency.registry();
    if (!state.isSameRevisionAs(awaited)) {
      if (!residency.awaitSettled(settings.settleWait())) {
        LOG.warn("versions are still being loaded; the feed is scored without them");
      }
      awaited = state;
    }
  }

  private Feed.Subscription subscribe() {
    List<Integer> shards = leases.stream().map(ShardLease::shard).toList();
    FeedPosition after = furthestBehind();
    publish();
    if (beginAtHead) {
      beginAtHead = false;
      return feed.subscribeAtHead(shards);
    }
    return feed.subscribe(after, shards);
  }

  /** True while the leases are those of before. */
  private boolean renewLeases(boolean anew) {
    Instant now = realClock.instant();
    if (!anew && now.isBefore(leasedAt.plus(settings.leaseDuration().dividedBy(3)))) {
      return true;
    }
    List<ShardLease> renewed =
        store.lease(
            settings.shardCount(),
            settings.owner(),
            anew ? List.of() : leases,
            now,
            now.plus(settings.leaseDuration()));
    boolean isSame = renewed.equals(leases);
    leases = renewed;
    leasedAt = now;
    return isSame;
  }

  private void process(FeedEvent event) {
    var findings = new ArrayList<Finding>();
    for (FeedSection section : event.sections()) {
      FeedPosition done = checkpoints.get(section.shard());
      if (done == null || !done.includes(event.through())) {
        findings.addAll(detectors.process(event.through(), section));
      }
    }
    for (int from = 0; from < findings.size(); from += REPORT_MAX) {
      List<Finding> part = findings.subList(from, Math.min(findings.size(), from + REPORT_MAX));
      log.report(part);
      metrics.reported(part.size());
    }
    event.sections().forEach(section -> dirty.add(section.shard()));
    through = event.through();
    seenHead = event.head();
    metrics.lag(Math.max(0, event.head().position() - event.through().position()));
  }

  private void checkpointIfDue(@Nullable FeedEvent event) {
    boolean isDue = System.nanoTime() - checkpointNanos >= settings.checkpointEvery().toNanos();
    boolean isIdle = event == null || event.sections().isEmpty();
    FeedPosition position = through;
    if (position == null || !isDue || !(!dirty.isEmpty() || (isIdle && isAhead(position)))) {
      return;
    }
    List<Integer> furthestBehindFirst =
        leases.stream()
            .map(ShardLease::shard)
            .sorted(
                Comparator.comparingLong(
                    shard -> checkpoints.getOrDefault(shard, FeedPosition.START).position()))
            .toList();
    // Where shards have none in this life of the feed, all move at once: a crash must not find
    // some of them in the life before.
    boolean allHaveOne = leases.stream().allMatch(lease -> checkpoints.containsKey(lease.shard()));
    ShardDetectors.Unsaved unsaved =
        detectors.unsaved(furthestBehindFirst, allHaveOne ? CHECKPOINT_BYTES : Long.MAX_VALUE);
    List<ShardLease> moved =
        leases.stream().filter(lease -> unsaved.shards().contains(lease.shard())).toList();
    store.checkpoint(moved, position, unsaved.states(), unsaved.forgotten(), realClock.instant());
    detectors.markSaved(unsaved);
    moved.forEach(lease -> checkpoints.put(lease.shard(), position));
    dirty.removeAll(unsaved.shards());
    checkpointNanos = System.nanoTime();
    publish();
    if (leases.size() == settings.shardCount()) {
      feed.release(furthestBehind());
    }
  }

  private FeedPosition furthestBehind() {
    return leases.stream()
        .map(lease -> checkpoints.getOrDefault(lease.shard(), FeedPosition.START))
        .min(Comparator.comparingLong(FeedPosition::position))
        .orElse(FeedPosition.START);
  }

  private boolean isAhead(FeedPosition position) {
    return leases.stream()
        .map(lease -> checkpoints.get(lease.shard()))
        .anyMatch(done -> done == null || !done.includes(position));
  }

  private void giveBack() {
    try {
      store.release(leases);
    } catch (RuntimeException e) {
      LOG.info("the shards were not given back; their leases run out: {}", e.toString());
    }
    leases = List.of();
    publish();
  }

  private void publish() {
    Map<Integer, ShardLease> owned =
        leases.stream().collect(Collectors.toMap(ShardLease::shard, Function.identity()));
    Map<Integer, Integer> sizes = detectors.sizes();
    progress =
        IntStream.range(0, settings.shardCount())
            .mapToObj(shard -> {
              ShardLease lease = owned.get(shard);
              return new ShardProgress(
                  shard,
                  lease != null,
                  lease == null ? 0 : lease.fence(),
                  checkpoints.get(shard),
                  sizes.getOrDefault(shard, 0));
            })
            .collect(Collectors.toUnmodifiableMap(ShardProgress::shard, Function.identity()));
  }

  /** By shard, in order. For any thread. */
  public List<ShardProgress> progress() {
    return progress.values().stream()
        .sorted(Comparator.comparingInt(ShardProgress::shard))
        .toList();
  }

  /** Newest commit that the feed told of. For any thread. */
  public FeedPosition head() {
    return seenHead;
  }
}
