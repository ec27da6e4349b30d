package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.ModelVersion;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What a comparison said.
 *
 * @param series the predicted one
 * @param input role; {@link #RESIDUAL} for residuals
 * @param windowFrom start of the window that was compared
 * @param windowTo its end, exclusive
 * @param samples values in the window
 * @param psi population stability index
 * @param kolmogorovSmirnov 0 to 1
 * @param wasserstein in deviations of the reference
 * @param jensenShannon in bits, 0 to 1
 * @param reason one sentence with the figures
 * @param time domain time of the verdict
 */
public record DriftVerdict(
    ModelVersion version,
    String series,
    String input,
    DriftKind kind,
    DriftLevel level,
    Instant windowFrom,
    Instant windowTo,
    long samples,
    OptionalDouble psi,
    OptionalDouble kolmogorovSmirnov,
    OptionalDouble wasserstein,
    OptionalDouble jensenShannon,
    String reason,
    Instant time) {
  /** The input of verdicts about residuals. */
  public static final String RESIDUAL = "residual";

  public DriftVerdict {
    if (windowTo.isBefore(windowFrom)) {
      throw new IllegalArgumentException("window ends before it starts");
    }
  }
}
