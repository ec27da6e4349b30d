package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.timeseries.Grid;
import java.util.List;
import java.util.Optional;

/**
 * What the inputs of a version looked like when it was trained.
 *
 * @param series the predicted one; empty: shared by all series of the version
 * @param grid that readings are put on before they are compared
 * @param sketches each input and hour at most once
 */
public record DriftReference(
    ModelVersion version, Optional<String> series, Grid grid, List<ReferenceSketch> sketches) {
  public DriftReference {
    sketches = List.copyOf(sketches);
  }

  /**
   * A sketch of one input.
   *
   * @param input role
   * @param hourOfWeek 0 to 167; {@link #ALL_HOURS}: all together
   * @param source series that the input is read from; empty: the predicted one
   * @param samples that it stands for
   * @param missingShare of grid intervals, 0 to 1
   * @param payload KLL; empty where there are no samples
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record ReferenceSketch(
      String input,
      int hourOfWeek,
      String source,
      long samples,
      double missingShare,
      byte[] payload) {
    public static final int ALL_HOURS = -1;
  }
}
