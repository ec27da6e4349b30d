package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.DetectorState;
import dev.tidewatch.inference.feed.DroppedReadings;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.FeedSection;
import dev.tidewatch.inference.feed.SeriesReadings;
import dev.tidewatch.inference.feed.ShardStore;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.tuning.Tuning;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The detectors of the shards that this replica consumes. Bounded: beyond {@code detectorsMax}
 * those used longest ago leave memory, once the store has them; they come back from there. Not
 * thread-safe: owned by the thread that reads the feed.
 */
final class ShardDetectors {
  private static final Logger LOG = LoggerFactory.getLogger(ShardDetectors.class);

  private static final int WARNED_MAX = 1_000;
  private static final int STATES_AT_ONCE = 500;

  private final ModelRouter router;
  private final DetectorStarter starter;
  private final GroupRows rows;
  private final TuningMirror tunings;
  private final ShardStore store;
  private final Spans spans;
  private final DetectionMetrics metrics;
  private final int detectorsMax;

  /** Used longest ago first. */
  private final LinkedHashMap<Key, LiveDetector> live = new LinkedHashMap<>(16, 0.75f, true);

  /** Series whose stored states no longer count, with their shards. */
  private final Map<String, Integer> forgotten = new HashMap<>();

  /** Assignments and series that were complained about. */
  private final Set<String> warned = new HashSet<>();

  private record Key(String series, String slot) {}

  /**
   * What a checkpoint has to keep.
   *
   * @param shards whose checkpoints may move
   * @param forgotten series whose stored states are to be deleted
   */
  record Unsaved(Set<Integer> shards, List<DetectorState> states, Set<String> forgotten) {}

  ShardDetectors(
      ModelRouter router,
      DetectorStarter starter,
      GroupRows rows,
      TuningMirror tunings,
      ShardStore store,
      Spans spans,
      DetectionMetrics metrics,
      int detectorsMax) {
    this.router = router;
    this.starter = starter;
    this.rows = rows;
    this.tunings = tunings;
    this.store = store;
    this.spans = spans;
    this.metrics = metrics;
    this.detectorsMax = detectorsMax;
  }

  int size() {
    return live.size();
  }

  /** Detectors by shard. */
  Map<Integer, Integer> sizes() {
    var sizes = new HashMap<Integer, Integer>();
    live.values().forEach(detector -> sizes.merge(detector.shard(), 1, Integer::sum));
    return sizes;
  }

  /**
   * Scores a section's readings. Replaced ones are not scored again: what they taught cannot be
   * taken back.
   */
  List<Finding> process(FeedPosition position, FeedSection section) {
    var findings = new ArrayList<Finding>();
    // What deleted readings taught is forgotten with them: the next reading starts a detector that
    // knows what is stored now.
    for (DroppedReadings dropped : section.dropped()) {
      forget(dropped.series(), section.shard());
    }
    for (SeriesReadings readings : section.readings()) {
      if (readings.replaced()) {
        continue;
      }
      for (Choice choice : router.chooseAll(Task.DETECT, readings.series())) {
        try (choice) {
          findings.addAll(score(position, section.shard(), readings, choice));
        }
      }
    }
    return findings;
  }

  private List<Finding> score(
      FeedPosition position, int shard, SeriesReadings readings, Choice choice) {
    return spans.under(
        readings.traceparent(),
        "detect",
        span -> {
          span.setAttribute("tidewatch.series", readings.series());
          span.setAttribute("tidewatch.model", choice.version().key().model());
          span.setAttribute("tidewatch.version", choice.version().key().version());
          span.setAttribute("tidewatch.feed_position", position.position());
          ReadingColumns columns = readings.readings().inTimeOrder();
          Tuning tuning = tunings.of(choice.version().key(), readings.series());
          LiveDetector detector;
          try {
            detector = detector(position, shard, readings.series(), columns, choice, tuning);
          } catch (IllegalArgumentException | FailedPrecondition e) {
            warnOnce(choice, readings.series(), e);
            return List.<Finding>of();
          }
          var scored = new Scored();
          try {
            detector.score(columns, position, scored);
          } catch (Unavailable | DeadlineExceeded e) {
            throw e;
          } catch (RuntimeException e) {
            // A detector that fails must not hold up the feed for all others; it begins anew.
            warnOnce(choice, readings.series(), e);
            live.remove(new Key(readings.series(), choice.slot()));
          }
          metrics.scored(scored.count());
          span.setAttribute("tidewatch.anomalies", scored.found().size());
          return scored.found().stream()
              .map(found ->
                  new Finding(
                      readings.series(),
                      found,
                      choice.version().key(),
                      choice.alias(),
                      position,
                      TraceParents.current(),
                      tuning.revision()))
              .toList();
        });
  }

  private void warnOnce(Choice choice, String series, RuntimeException e) {
    if (warned.size() >= WARNED_MAX) {
      warned.clear();
    }
    if (warned.add(choice.assignment() + " on " + series)) {
      LOG.warn("assignment {} cannot run on {}", choice.assignment(), series, e);
    }
  }

  private LiveDetector detector(
      FeedPosition position,
      int shard,
      String series,
      ReadingColumns columns,
      Choice choice,
      Tuning tuning) {
    var key = new Key(series, choice.slot());
    LiveDetector known = live.get(key);
    if (known == null) {
      loadStored(series, choice);
      known = live.get(key);
    }
    if (known != null && !known.runs(choice, series)) {
      known = null;
    }
    Parameters tuned = tuning.applyTo(choice.version().manifest(), choice.parameters());
    if (known != null) {
      return known.isTunedTo(tuned) ? known : retune(key, known, choice, tuned);
    }
    return put(key, begun(position, shard, series, columns, choice, tuned));
  }

  private LiveDetector begun(
      FeedPosition position,
      int shard,
      String series,
      ReadingColumns columns,
      Choice choice,
      Parameters tuned) {
    MultivariateDetectorModel rowModel = choice.version().rows().orElse(null);
    if (rowModel != null) {
      return GroupDetector.start(shard, choice, rowModel, tuned, series, columns, position, rows);
    }
    Detector fresh = starter.warm(choice.version(), series, tuned, columns.timeMicros(0), null);
    return new SeriesDetector(
        shard,
        choice.version().key(),
        choice.parameters(),
        tuned,
        fresh,
        position.position(),
        true);
  }

  private LiveDetector put(Key key, LiveDetector detector) {
    live.put(key, detector);
    return detector;
  }

  /** Another threshold, and everything that was learnt. */
  private LiveDetector retune(Key key, LiveDetector known, Choice choice, Parameters tuned) {
    try {
      return put(key, known.retuned(choice, tuned));
    } catch (BundleException | IllegalArgumentException e) {
      LOG.warn("the tuning of {} cannot be applied: {}", key.series(), e.getMessage());
      return known;
    }
  }

  private void loadStored(String series, Choice choice) {
    if (forgotten.containsKey(series)) {
      return;
    }
    store.states(Set.of(series)).forEach(state -> restore(state, choice));
  }

  /**
   * Takes the stored states of the shards into memory, as many as there is room for, so that the
   * first reading of each series need not wait for its own.
   */
  void preload(Collection<Integer> shards) {
    DetectorState last = null;
    while (live.size() < detectorsMax) {
      List<DetectorState> page =
          store.statesOf(shards, last, Math.min(STATES_AT_ONCE, detectorsMax - live.size()));
      for (DetectorState state : page) {
        for (Choice choice : router.chooseAll(Task.DETECT, state.series())) {
          try (choice) {
            restore(state, choice);
          }
        }
        last = state;
      }
      if (page.size() < STATES_AT_ONCE) {
        return;
      }
    }
  }

  private void restore(DetectorState state, Choice choice) {
    boolean fits =
        state.slot().equals(choice.slot())
            && state.model().equals(choice.version().key().model())
            && state.version().equals(choice.version().key().version());
    if (!fits || state.state() == null) {
      return;
    }
    try {
      live.put(new Key(state.series(), state.slot()), restored(state, state.state(), choice));
    } catch (BundleException | IllegalArgumentException | FailedPrecondition e) {
      LOG.warn(
          "the stored state of {} cannot be used; built again: {}", state.series(), e.getMessage());
    }
  }

  private LiveDetector restored(DetectorState state, byte[] saved, Choice choice) {
    Parameters tuned =
        tunings
            .of(choice.version().key(), state.series())
            .applyTo(choice.version().manifest(), choice.parameters());
    MultivariateDetectorModel rowModel = choice.version().rows().orElse(null);
    if (rowModel != null) {
      return GroupDetector.restore(
          state.shard(), choice, rowModel, tuned, state.series(), saved, state.position(), rows);
    }
    return new SeriesDetector(
        state.shard(),
        choice.version().key(),
        choice.parameters(),
        tuned,
        choice.version().detector().restore(saved, tuned),
        state.position(),
        false);
  }

  private void forget(String series, int shard) {
    live.keySet().removeIf(key -> key.series().equals(series));
    forgotten.put(series, shard);
  }

  /**
   * What the store does not have yet of some of the shards: of whole shards only, in the order
   * given, until there are {@code bytesMax} of states; of one at least.
   */
  Unsaved unsaved(List<Integer> shards, long bytesMax) {
    var changed = new HashMap<Integer, List<Map.Entry<Key, LiveDetector>>>();
    for (Map.Entry<Key, LiveDetector> each : live.entrySet()) {
      if (each.getValue().isChanged()) {
        changed.computeIfAbsent(each.getValue().shard(), _ -> new ArrayList<>()).add(each);
      }
    }
    var saved = new HashSet<Integer>();
    var states = new ArrayList<DetectorState>();
    long bytes = 0;
    for (int shard : shards) {
      if (bytes >= bytesMax) {
        break;
      }
      saved.add(shard);
      for (Map.Entry<Key, LiveDetector> each : changed.getOrDefault(shard, List.of())) {
        DetectorState state = each.getValue().save(each.getKey().series(), each.getKey().slot());
        states.add(state);
        bytes += state.bytes();
      }
    }
    var gone = new HashSet<String>();
    forgotten.forEach((series, shard) -> {
      if (saved.contains(shard)) {
        gone.add(series);
      }
    });
    return new Unsaved(saved, states, gone);
  }

  /** The store has it now. */
  void markSaved(Unsaved unsaved) {
    unsaved.forgotten().forEach(forgotten::remove);
    Iterator<LiveDetector> longestAgoFirst = live.values().iterator();
    int excess = live.size() - detectorsMax;
    while (longestAgoFirst.hasNext()) {
      LiveDetector detector = longestAgoFirst.next();
      if (unsaved.shards().contains(detector.shard())) {
        detector.markSaved();
      }
      if (excess > 0 && !detector.isChanged()) {
        longestAgoFirst.remove();
        excess--;
      }
    }
  }

  /** Everything is read from the store again. */
  void clear() {
    live.clear();
    forgotten.clear();
  }
}
