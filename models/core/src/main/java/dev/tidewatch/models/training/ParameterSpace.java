package dev.tidewatch.models.training;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that a search may give one parameter. */
public sealed interface ParameterSpace {
  /** A value as text, as {@link dev.tidewatch.models.bundle.Parameters} takes it. */
  String sample(RandomGenerator random);

  /** As {@link #parse} reads it. */
  String text();

  /**
   * One of some values.
   *
   * @param values at least one
   */
  record Choice(List<String> values) implements ParameterSpace {
    public Choice {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new IllegalArgumentException("a choice needs at least one value");
      }
    }

    public static Choice of(String... values) {
      return new Choice(List.of(values));
    }

    @Override
    public String sample(RandomGenerator random) {
      return values.get(random.nextInt(values.size()));
    }

    @Override
    public String text() {
      return String.join("|", values);
    }
  }

  /**
   * A whole number.
   *
   * @param min smallest
   * @param max largest, included
   * @param logarithmic each doubling equally likely; needs {@code min > 0}
   */
  record Whole(int min, int max, boolean logarithmic) implements ParameterSpace {
    public Whole {
      require(min, max, logarithmic);
    }

    @Override
    public String sample(RandomGenerator random) {
      if (!logarithmic) {
        return Integer.toString((int) (min + random.nextLong((long) max - min + 1)));
      }
      double value = Math.exp(Math.log(min) + random.nextDouble() * Math.log((max + 1.0) / min));
      return Integer.toString(Math.clamp((long) value, min, max));
    }

    @Override
    public String text() {
      return min + ".." + max + (logarithmic ? ":log" : "");
    }
  }

  /**
   * A number, rounded to four digits.
   *
   * @param min smallest
   * @param max largest
   * @param logarithmic each doubling equally likely; needs {@code min > 0}
   */
  record Real(double min, double max, boolean logarithmic) implements ParameterSpace {
    public Real {
      require(min, max, logarithmic);
    }

    @Override
    public String sample(RandomGenerator random) {
      double share = random.nextDouble();
      double value =
          logarithmic ? min * Math.exp(share * Math.log(max / min)) : min + share * (max - min);
      double rounded = BigDecimal.valueOf(value).round(new MathContext(4)).doubleValue();
      return Double.toString(Math.clamp(rounded, min, max));
    }

    @Override
    public String text() {
      return min + ".." + max + (logarithmic ? ":log" : "");
    }
  }

  private static void require(double min, double max, boolean logarithmic) {
    if (!(min <= max) || Double.isInfinite(min) || Double.isInfinite(max)) {
      throw new IllegalArgumentException("range %s..%s does not ascend".formatted(min, max));
    }
    if (logarithmic && !(min > 0)) {
      throw new IllegalArgumentException(
          "range %s..%s cannot be logarithmic; it must be above 0".formatted(min, max));
    }
  }

  /**
   * Reads {@code a|b|c}, {@code 1..30} (whole), {@code 0.1..0.9} or {@code 1e-3..10:log}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static ParameterSpace parse(String text) {
    Matcher range = Ranges.FORM.matcher(text.strip());
    if (range.matches()) {
      boolean logarithmic = range.group(3) != null;
      if (Ranges.WHOLE.matcher(range.group(1)).matches()
          && Ranges.WHOLE.matcher(range.group(2)).matches()) {
        return new Whole(
            Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)), logarithmic);
      }
      return new Real(
          Double.parseDouble(range.group(1)), Double.parseDouble(range.group(2)), logarithmic);
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("a range such as 1..30 or 0.01..10:log, or a|b|c");
    }
    return Choice.of(text.strip().split("\\s*\\|\\s*", -1));
  }

  /** How ranges are written. */
  final class Ranges {
    private static final String NUMBER = "([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)";
    private static final Pattern FORM = Pattern.compile(NUMBER + "\\.\\." + NUMBER + "(:log)?");
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,9}");

    private Ranges() {}
  }
}
