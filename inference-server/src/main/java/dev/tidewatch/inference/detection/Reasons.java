package dev.tidewatch.inference.detection;

import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.detection.multivariate.MultivariateVerdict;
import dev.tidewatch.timeseries.Times;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Why a verdict is what it is, in one sentence for people. */
public final class Reasons {
  /** Inputs named at most: names may be long, and the log takes 1,000 characters. */
  private static final int NAMED_MAX = 3;

  private Reasons() {}

  public static String of(long timeMicros, double value, Verdict verdict) {
    return switch (verdict.cause()) {
      case STUCK ->
          String.format(
              Locale.ROOT,
              "The value has stayed at %.6g for longer than it does in this series.",
              value);
      case SHIFT, DRIFT ->
          String.format(
              Locale.ROOT,
              "The mean has moved away from %.6g; now %.6g, %.1f standard deviations.",
              verdict.expected(),
              value,
              verdict.score());
      case NONE, DEVIATION ->
          String.format(
              Locale.ROOT,
              "%.6g at %s is %.1f standard deviations from the expected %.6g.",
              value,
              Times.toInstant(timeMicros),
              verdict.score(),
              verdict.expected());
    };
  }

  /**
   * Of a row.
   *
   * @param names of the inputs, in the order of the roles
   */
  public static String of(MultivariateVerdict verdict, List<String> names) {
    String whole =
        String.format(
            Locale.ROOT,
            "%d series together are %.1f standard deviations from what is ordinary",
            names.size(),
            verdict.score());
    String most =
        furthestFirst(verdict).stream()
            .limit(NAMED_MAX)
            .filter(input -> verdict.contributions().get(input) > 0)
            .map(input ->
                String.format(
                    Locale.ROOT, "%s %.1f", names.get(input), verdict.contributions().get(input)))
            .collect(Collectors.joining(", "));
    return most.isEmpty() ? whole + "." : whole + "; by themselves: " + most + ".";
  }

  /** Places of the inputs, furthest off first. */
  public static List<Integer> furthestFirst(MultivariateVerdict verdict) {
    return IntStream.range(0, verdict.contributions().size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer input) -> -verdict.contributions().get(input)))
        .toList();
  }
}
