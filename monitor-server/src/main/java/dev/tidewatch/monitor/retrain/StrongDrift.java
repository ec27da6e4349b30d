package dev.tidewatch.monitor.retrain;

import dev.tidewatch.monitor.ModelVersion;
import java.time.Instant;
import java.util.Optional;

/** Whether what a version sees or says has drifted strongly. */
@FunctionalInterface
public interface StrongDrift {
  /**
   * The newest strong verdict, in one sentence with its figures; empty if there is none.
   *
   * @param since older verdicts say nothing
   */
  Optional<String> of(ModelVersion version, Instant since);
}
