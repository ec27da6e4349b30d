package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.RoleSeries;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.detection.multivariate.MultivariateVerdict;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Of several aligned series: when a reading of the first shows that intervals of the grid are over,
 * their rows are read as they were at that commit and scored. Whatever shards the other series are
 * on, and however often a commit is read again, the same rows are scored.
 */
final class GroupDetector extends LiveDetector {
  private final MultivariateDetector detector;
  private final Grid grid;
  private final List<SeriesName> series;
  private final GroupRows rows;

  GroupDetector(
      int shard,
      Choice choice,
      Parameters tuned,
      Grid grid,
      List<SeriesName> series,
      MultivariateDetector detector,
      GroupRows rows,
      long position,
      boolean changed) {
    super(shard, choice.version().key(), choice.parameters(), tuned, position, changed);
    this.detector = detector;
    this.grid = grid;
    this.series = series;
    this.rows = rows;
  }

  /**
   * One that has seen what was over before a commit.
   *
   * @param model as it was trained
   * @param tuned what it runs with
   * @param readings of the first series that the commit stored
   * @throws IllegalArgumentException if the assignment has parameters beside {@code threshold}
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition {@code COVARIATE_MISSING}
   */
  static GroupDetector start(
      int shard,
      Choice choice,
      MultivariateDetectorModel model,
      Parameters tuned,
      String first,
      ReadingColumns readings,
      FeedPosition commit,
      GroupRows rows) {
    List<SeriesName> series = bound(choice, model, first);
    Grid grid = model.manifest().grid();
    long until = grid.newestKnownIndex(readings.timeMicros(0) - 1) + 1;
    MultivariateDetector detector =
        rows.warm(model.with(tuned), series, until, new HistorySource.AsOfPosition(commit));
    return new GroupDetector(
        shard, choice, tuned, grid, series, detector, rows, commit.position(), true);
  }

  /**
   * @throws dev.tidewatch.models.bundle.BundleException if the state is none of the model's
   * @throws IllegalArgumentException if it is one of other series, or as in {@link #start}
   */
  static GroupDetector restore(
      int shard,
      Choice choice,
      MultivariateDetectorModel model,
      Parameters tuned,
      String first,
      byte[] state,
      long position,
      GroupRows rows) {
    List<SeriesName> series = bound(choice, model, first);
    ByteBuffer saved = ByteBuffer.wrap(state);
    if (state.length < Integer.BYTES || saved.getInt() != mark(series)) {
      throw new IllegalArgumentException("the state belongs to other series");
    }
    MultivariateDetector detector =
        model.with(tuned).restore(Arrays.copyOfRange(state, Integer.BYTES, state.length));
    return new GroupDetector(
        shard, choice, tuned, model.manifest().grid(), series, detector, rows, position, false);
  }

  private static List<SeriesName> bound(
      Choice choice, MultivariateDetectorModel model, String first) {
    return RoleSeries.all(model.manifest(), choice.version().key(), first, choice.bindings());
  }

  /** Tells the states of one group from those of another; the same on every machine. */
  private static int mark(List<SeriesName> series) {
    return series.stream().map(SeriesName::value).toList().hashCode();
  }

  @Override
  boolean runs(Choice choice, String first) {
    return super.runs(choice, first)
        && choice
            .version()
            .rows()
            .map(model -> bound(choice, model, first).equals(series))
            .orElse(false);
  }

  @Override
  GroupDetector retuned(Choice choice, Parameters newTuned) {
    return new GroupDetector(
        shard(),
        choice,
        newTuned,
        grid,
        series,
        choice.version().rows().orElseThrow().with(newTuned).restore(detector.save()),
        rows,
        position(),
        isChanged());
  }

  @Override
  void score(ReadingColumns readings, FeedPosition commit, Scored into) {
    int newest = readings.size() - 1;
    long until = grid.newestKnownIndex(readings.timeMicros(newest)) + 1;
    long from = detector.newestIndex() + 1;
    if (from >= until) {
      return;
    }
    var _ =
        rows.read(
            series,
            grid,
            from,
            until,
            new HistorySource.AsOfPosition(commit),
            (index, row) -> {
              changedBy(commit);
              MultivariateVerdict verdict = detector.score(index, row);
              into.add();
              if (verdict.anomaly()) {
                // The log wants a value: where the interval has none, the one that ended it.
                double value = Double.isNaN(row[0]) ? readings.value(newest) : row[0];
                into.add(Found.of(grid.startMicros(index), value, verdict, series));
              }
            });
  }

  @Override
  long newestMicros() {
    return grid.startMicros(detector.newestIndex());
  }

  @Override
  byte[] state() {
    byte[] state = detector.save();
    return ByteBuffer.allocate(Integer.BYTES + state.length)
        .putInt(mark(series))
        .put(state)
        .array();
  }
}
