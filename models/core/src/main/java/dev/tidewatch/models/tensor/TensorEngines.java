package dev.tidewatch.models.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Engines by format. Immutable and thread-safe. */
public final class TensorEngines {
  private final Map<TensorFormat, TensorEngine> engines = new EnumMap<>(TensorFormat.class);

  /**
   * @throws IllegalArgumentException if two engines load the same format
   */
  public TensorEngines(Collection<? extends TensorEngine> engines) {
    for (TensorEngine engine : engines) {
      if (this.engines.putIfAbsent(engine.format(), engine) != null) {
        throw new IllegalArgumentException("two engines load " + engine.format());
      }
    }
  }

  public Set<TensorFormat> formats() {
    return Set.copyOf(engines.keySet());
  }

  /**
   * @throws TensorModelException UNSUPPORTED if none loads the format
   */
  public TensorEngine engine(TensorFormat format) {
    TensorEngine engine = engines.get(format);
    if (engine == null) {
      throw new TensorModelException(
          TensorModelException.Reason.UNSUPPORTED,
          "no engine loads %s here; those that are loaded are %s"
              .formatted(format, engines.keySet()));
    }
    return engine;
  }

  /** As {@link TensorEngine#load} of the format's engine. */
  public TensorModel load(TensorFormat format, Path artifact) throws IOException {
    return engine(format).load(artifact);
  }
}
