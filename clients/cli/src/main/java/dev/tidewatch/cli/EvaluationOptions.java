package dev.tidewatch.cli;

import dev.tidewatch.trainer.Evaluation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to back-test. Lengths are times such as 14d, or numbers of steps. */
final class EvaluationOptions {
  @Option(
      names = "--folds",
      paramLabel = "N",
      description = "The back-test fits anew so often (up to 4, as the history allows).")
  private int folds;

  @Option(
      names = "--test",
      paramLabel = "LENGTH",
      description = "It forecasts the newest so much: 14d, or steps (a fifth of the history).")
  private @Nullable String test;

  @Option(
      names = "--stride",
      paramLabel = "LENGTH",
      description = "From one origin to the next (a horizon).")
  private @Nullable String stride;

  @Option(
      names = "--gap",
      paramLabel = "LENGTH",
      description = "Left out between what is learnt from and what is forecast (nothing).")
  private @Nullable String gap;

  @Option(
      names = "--window",
      paramLabel = "LENGTH",
      description = "Learn from the newest so much of what is known, sliding (all, expanding).")
  private @Nullable String window;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Folds at a time; the outcome is the same (the cores).")
  private int threads;

  /**
   * @param usualThreads where none are given
   */
  Evaluation evaluation(Session session, Duration width, int usualThreads) {
    try {
      return new Evaluation(
          folds,
          steps(session, "--test", test, width),
          steps(session, "--stride", stride, width),
          steps(session, "--gap", gap, width),
          steps(session, "--window", window, width),
          threads > 0 ? threads : usualThreads);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static int steps(Session session, String option, @Nullable String text, Duration width) {
    return text == null ? 0 : GridOptions.steps(session, option, text, width);
  }
}
