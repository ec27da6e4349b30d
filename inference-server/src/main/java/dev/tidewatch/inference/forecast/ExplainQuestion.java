package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.serving.ModelQuestion;
import java.util.OptionalLong;

/**
 * A forecast to be explained.
 *
 * @param horizon 0: the model's own
 * @param originMicros as of a forecast
 * @param seed of permutations
 */
public record ExplainQuestion(
    String series,
    ModelQuestion model,
    Method method,
    int horizon,
    OptionalLong originMicros,
    long seed) {
  /** How it is explained. */
  public enum Method {
    /** Gain where the family has it, else permutation. */
    OWN,
    PERMUTATION,
    GAIN,
    PARTS
  }
}
