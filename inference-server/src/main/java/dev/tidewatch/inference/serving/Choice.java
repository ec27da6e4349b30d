package dev.tidewatch.inference.serving;

import dev.tidewatch.models.bundle.Parameters;

/**
 * The version that is to answer.
 *
 * @param use to be closed when it has
 * @param alias through which it was reached; empty: by number
 * @param assignment that chose it; empty: the caller did
 * @param slot of the assignment
 * @param parameters of the assignment
 * @param horizonSteps that the assignment asks for; 0: the model's own
 */
public record Choice(
    ServedVersion.Use use,
    String alias,
    String assignment,
    String slot,
    Parameters parameters,
    int horizonSteps)
    implements AutoCloseable {
  public ServedVersion version() {
    return use.version();
  }

  @Override
  public void close() {
    use.close();
  }
}
