package dev.tidewatch.benchmarks.crash;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewatch.benchmarks.crash.CampaignOptions.Outcome;
import dev.tidewatch.standalone.figures.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** What is wrong with a server, by kind. All of it must be zero. Thread-safe. */
abstract class CountedFaults {
  private static final int FAULTS_MAX = 20;

  private final List<String> faults = new ArrayList<>();

  /** Counts a fault and tells of it; only the first few are kept. */
  @FormatMethod
  final void fault(AtomicLong kind, String format, Object... arguments) {
    kind.incrementAndGet();
    synchronized (faults) {
      if (faults.size() < FAULTS_MAX) {
        faults.add(format.formatted(arguments));
      }
    }
  }

  /** For people. */
  final List<String> faults() {
    synchronized (faults) {
      return List.copyOf(faults);
    }
  }

  final Outcome outcome(Figures figures) {
    List<String> found = faults();
    return new Outcome(
        found, figures, found.isEmpty() ? Optional.empty() : Optional.of("NOT whole"));
  }
}
