package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.DetectorState;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.ReadingColumns;

/**
 * One detector that follows the feed for a series. Not thread-safe: owned by the thread that reads
 * the feed.
 */
abstract class LiveDetector {
  private final int shard;
  private final VersionKey version;
  private final Parameters parameters;
  private final Parameters tuned;
  private long position;
  private boolean changed;

  /**
   * @param parameters of the assignment
   * @param tuned the parameters with the series' tuning applied: what the detector runs with
   * @param position of the feed that changed its state last
   * @param changed whether the store does not have this state yet
   */
  LiveDetector(
      int shard,
      VersionKey version,
      Parameters parameters,
      Parameters tuned,
      long position,
      boolean changed) {
    this.shard = shard;
    this.version = version;
    this.parameters = parameters;
    this.tuned = tuned;
    this.position = position;
    this.changed = changed;
  }

  /** True if it is what the choice wants to run on the series. */
  boolean runs(Choice choice, String series) {
    return version.equals(choice.version().key()) && parameters.equals(choice.parameters());
  }

  final boolean isTunedTo(Parameters otherTuned) {
    return tuned.equals(otherTuned);
  }

  /**
   * The same with another tuning, and all that it learnt.
   *
   * @throws dev.tidewatch.models.bundle.BundleException if the model cannot go on from this state
   *     with it
   */
  abstract LiveDetector retuned(Choice choice, Parameters newTuned);

  VersionKey version() {
    return version;
  }

  Parameters parameters() {
    return parameters;
  }

  int shard() {
    return shard;
  }

  long position() {
    return position;
  }

  boolean isChanged() {
    return changed;
  }

  void markSaved() {
    changed = false;
  }

  /** The state is another one since this commit. */
  final void changedBy(FeedPosition commit) {
    position = commit.position();
    changed = true;
  }

  /**
   * Scores what a commit stored of the series.
   *
   * @param readings by time
   * @throws RuntimeException whatever the model throws; what was found before it counts
   */
  abstract void score(ReadingColumns readings, FeedPosition commit, Scored into);

  /** Time of the newest reading, or row, that it has seen. */
  abstract long newestMicros();

  abstract byte[] state();

  final DetectorState save(String series, String slot) {
    byte[] state = state();
    return new DetectorState(
        series,
        slot,
        shard,
        version.model(),
        version.version(),
        newestMicros(),
        position,
        state.length <= DetectorState.STATE_BYTES_MAX ? state : null);
  }
}
