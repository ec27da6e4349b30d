package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.models.bundle.Parameters;
import java.util.List;
import java.util.Map;

/**
 * The version that is to answer.
 *
 * @param use to be closed when it has
 * @param alias through which it was reached; empty: by number
 * @param role that it plays
 * @param shadows what is to answer beside it, see {@link ModelRouter#shadow}
 * @param assignment that chose it; empty: the caller did
 * @param slot of the assignment
 * @param parameters of the assignment
 * @param bindings series, or patterns of them, by role of the model; the assignment's
 * @param horizonSteps that the assignment asks for; 0: the model's own
 */
public record Choice(
    ServedVersion.Use use,
    String alias,
    AnswerRole role,
    List<AliasKey> shadows,
    String assignment,
    String slot,
    Parameters parameters,
    Map<String, String> bindings,
    int horizonSteps)
    implements AutoCloseable {
  public Choice {
    shadows = List.copyOf(shadows);
    bindings = Map.copyOf(bindings);
  }

  public ServedVersion version() {
    return use.version();
  }

  @Override
  public void close() {
    use.close();
  }
}
