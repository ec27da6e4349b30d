package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.ModelVersion;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the online tests of residuals read, and where they keep how far they came. Thread-safe. */
public interface ResidualStore {
  /** The residuals of one version on one series. */
  record Stream(long seriesId, int modelVersionId) {}

  /**
   * A prediction that met its truth: of each target the freshest one of a version.
   *
   * @param level nominal coverage of its widest central interval; NaN: it had none
   * @param width of that interval
   */
  record Joined(
      Stream stream,
      ModelVersion version,
      String series,
      long targetMicros,
      double mean,
      double actual,
      double level,
      double width) {}

  /**
   * Where the test of a stream stands.
   *
   * @param targetMicros newest target that was taken in
   * @param revision 0: not written yet
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Checkpoint(Stream stream, long targetMicros, double[] state, long revision) {}

  /** A change that was found. */
  record Found(long targetMicros, String test, double before, double after) {}

  /** How far a test came, and what it found on the way. */
  record Advance(Checkpoint after, List<Found> found, Optional<DriftVerdict> verdict) {}

  /** Series that were predicted, in the order of their numbers. */
  List<Long> seriesAfter(long seriesId, int limit);

  /** What met its truth from a target on, by series; in the order of streams, then targets. */
  List<Joined> joined(Map<Long, Long> sinceMicros, int limit);

  /** All checkpoints of the series. */
  List<Checkpoint> checkpoints(Collection<Long> seriesIds);

  /**
   * Writes each advance whose checkpoint is still at the revision that it went on from; drops the
   * others, since somebody else went on from there.
   */
  void save(List<Advance> advances);

  /**
   * What an estimate of the loss rests on: the freshest predictions of a version by day.
   *
   * @param level of the widest central interval; NaN: none
   * @param predicted targets
   * @param widths sum of the intervals' widths over them
   * @param known of them, those that met their truth
   * @param knownWidths sum of widths over those
   * @param knownErrors sum of absolute errors over those
   */
  record LossDay(
      Instant day,
      double level,
      long predicted,
      double widths,
      long known,
      double knownWidths,
      double knownErrors) {}

  /** By day of the target, over all series or one. */
  List<LossDay> lossDays(ModelVersion version, Optional<String> series, Instant from, Instant to);
}
