package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps references and verdicts. Thread-safe. */
public interface DriftStore {
  /** Which verdicts; what is absent matches everything. */
  record Filter(
      Optional<String> model,
      Optional<String> version,
      Optional<String> series,
      Optional<DriftKind> kind,
      Optional<DriftLevel> levelMin) {}

  /** Place in a list of newest verdicts, strongest first. */
  record NewestCursor(int level, String series, String input, int kind) {}

  /** Place in a list of verdicts over time, newest first. */
  record HistoryCursor(Instant time, int modelVersionId, long seriesId, String input, int kind) {}

  /**
   * Keeps a reference, once.
   *
   * @return false: it was there
   * @throws dev.tidewatch.serverkit.errors.AlreadyExists REFERENCE_EXISTS if the version has
   *     another one for the series
   */
  boolean register(DriftReference reference, Instant at);

  /** Whether the version has a reference, for any series. */
  boolean hasReference(ModelVersion version);

  /**
   * The newest verdicts, strongest first, at most 1,000.
   *
   * @param model empty: all, and so the next two
   * @param levelMin at least this
   */
  List<DriftVerdict> newest(
      Optional<String> model,
      Optional<String> version,
      Optional<String> series,
      DriftLevel levelMin);

  /** Pages the newest verdicts of a version, strongest first. */
  Page<DriftVerdict, NewestCursor> newest(
      ModelVersion version, Optional<String> series, Optional<NewestCursor> after, int size);

  /** Pages verdicts by their time, newest first. */
  Page<DriftVerdict, HistoryCursor> history(
      Filter filter, TimeSpan span, Optional<HistoryCursor> after, int size);

  /** A comparison to make. */
  record Due(int referenceId, ModelVersion version, Optional<String> series) {}

  /**
   * Takes references whose comparison is due, and sets their next one to {@code next}, so that no
   * other replica takes them.
   */
  List<Due> takeDue(Instant now, Instant next, int limit);

  /** A reference as it was registered. */
  Optional<DriftReference> reference(int referenceId);

  /**
   * The series to compare, at most so many: those that the version predicted from origins since
   * {@code since}; and the series of a reference that is the newest of its model, which may belong
   * to a detector and so never predict.
   */
  List<String> watched(Due due, Instant since, int limit);

  /** What was predicted for a target interval. */
  record Predicted(long targetMicros, double mean) {}

  /** Point forecasts of a version for targets in a span, the freshest of each target. */
  List<Predicted> predicted(ModelVersion version, String series, Instant from, Instant to);

  /** Keeps verdicts as the newest, and in the history where they change a level or a day passed. */
  void record(List<DriftVerdict> verdicts);
}
