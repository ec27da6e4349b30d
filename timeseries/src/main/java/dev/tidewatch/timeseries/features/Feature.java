package dev.tidewatch.timeseries.features;

import dev.tidewatch.timeseries.calendar.HolidayCalendar;
import dev.tidewatch.timeseries.features.FeatureFunction.Form;
import dev.tidewatch.timeseries.features.FeatureFunction.Nature;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One number of a row, such as {@code mean(target,24)}, {@code holiday(DE)} or {@code
 * lag(volume,1)|standard}.
 *
 * @param function what it is
 * @param role the series it reads; empty for the calendar
 * @param numbers arguments of the function
 * @param countries of a holiday: codes as {@link HolidayCalendar} takes them, such as {@code
 *     DE,AT}, or {@code zone} for the country of the grid's time zone; else empty
 * @param scaler what is done to it
 */
public record Feature(
    FeatureFunction function, String role, List<Integer> numbers, String countries, Scaler scaler) {
  /** What stands for the countries of the grid's own zone. */
  static final String OF_ZONE = "zone";

  private static final Pattern TEXT =
      Pattern.compile(
          "([a-z_]+)(?:\\(([A-Za-z0-9_,\\s]*)\\))?(?:\\s*\\|\\s*([a-z_]+)(?:\\(([-+0-9.,eE\\s]*)\\))?)?");

  public Feature {
    numbers = List.copyOf(numbers);
    Form form = function.form;
    if (form.hasRole != !role.isEmpty() || (form.hasRole && !role.matches("[a-z0-9_]{1,64}"))) {
      throw new IllegalArgumentException(
          "feature %s: role '%s' must be 1 to 64 of a-z 0-9 _, for functions of a series only"
              .formatted(function.code(), role));
    }
    if (numbers.size() != form.numbers) {
      throw new IllegalArgumentException(
          "feature %s takes %d numbers, not %d"
              .formatted(function.code(), form.numbers, numbers.size()));
    }
    for (int i = 0; i < numbers.size(); i++) {
      if (numbers.get(i) < function.numberMin(i) || numbers.get(i) > FeatureFunction.ARGUMENT_MAX) {
        throw new IllegalArgumentException(
            "feature %s has the number %d; it must be %d to %d"
                .formatted(
                    function.code(),
                    numbers.get(i),
                    function.numberMin(i),
                    FeatureFunction.ARGUMENT_MAX));
      }
    }
    if (form == Form.OF_COUNTRIES && !countries.equals(OF_ZONE)) {
      countries = HolidayCalendar.of(countries).code();
    } else if (form != Form.OF_COUNTRIES && !countries.isEmpty()) {
      throw new IllegalArgumentException("feature %s has no countries".formatted(function.code()));
    }
    if (scaler instanceof Scaler.Relative
        && function.nature != Nature.LEVEL
        && function.nature != Nature.SPREAD) {
      throw new IllegalArgumentException(
          "feature %s has no level or spread that could be relative".formatted(function.code()));
    }
  }

  /** Of the values of a role. */
  public static Feature of(FeatureFunction function, String role, Integer... numbers) {
    return new Feature(function, role, List.of(numbers), "", Scaler.NONE);
  }

  /** Of the calendar. */
  public static Feature calendar(FeatureFunction function, Integer... numbers) {
    return new Feature(function, "", List.of(numbers), "", Scaler.NONE);
  }

  public Feature with(Scaler newScaler) {
    return new Feature(function, role, numbers, countries, newScaler);
  }

  /** How many intervals up to t it reads at most. */
  int reach() {
    int own =
        function.reach(
            numbers.isEmpty() ? 0 : numbers.get(0), numbers.size() < 2 ? 1 : numbers.get(1));
    return scaler instanceof Scaler.Relative relative ? Math.max(own, relative.n()) : own;
  }

  /**
   * @throws IllegalArgumentException if the text is not a feature; the message says why
   */
  public static Feature parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "feature '%s' must read like mean(target,24) or lag(volume,1)|standard".formatted(text));
    }
    try {
      FeatureFunction function = FeatureFunction.ofCode(matcher.group(1));
      List<String> words = words(matcher.group(2));
      String role = function.form.hasRole && !words.isEmpty() ? words.getFirst() : "";
      boolean named = function.form == Form.OF_COUNTRIES;
      String countries = named ? String.join(",", words) : "";
      var numbers = new ArrayList<Integer>();
      if (!named) {
        for (String word : words.subList(role.isEmpty() ? 0 : 1, words.size())) {
          numbers.add(Integer.parseInt(word));
        }
      }
      return new Feature(
          function, role, numbers, countries, scaler(matcher.group(3), words(matcher.group(4))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("feature '%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  private static List<String> words(@Nullable String arguments) {
    var words = new ArrayList<String>();
    if (arguments != null && !arguments.isBlank()) {
      for (String word : arguments.split(",", -1)) {
        words.add(word.strip());
      }
    }
    return words;
  }

  private static Scaler scaler(@Nullable String name, List<String> words) {
    if (name == null) {
      return Scaler.NONE;
    }
    if (name.equals("relative") && words.size() == 1) {
      return new Scaler.Relative(Integer.parseInt(words.get(0)));
    }
    for (Scaler.Law law : Scaler.Law.values()) {
      if (law.code().equals(name) && words.isEmpty()) {
        return new Scaler.Unfitted(law);
      }
      if (law.code().equals(name) && words.size() == 2) {
        return new Scaler.Learnt(
            law, Double.parseDouble(words.get(0)), Double.parseDouble(words.get(1)));
      }
    }
    throw new IllegalArgumentException(
        "scaler %s with %d numbers is unknown; known are relative(n), standard, min_max, robust"
            .formatted(name, words.size()));
  }

  /** The text that {@link #parse} reads; equal features have equal texts. */
  @Override
  public String toString() {
    var arguments = new ArrayList<String>();
    if (!role.isEmpty()) {
      arguments.add(role);
    }
    if (!countries.isEmpty()) {
      arguments.add(countries);
    }
    numbers.forEach(number -> arguments.add(Integer.toString(number)));
    String call =
        arguments.isEmpty()
            ? function.code()
            : "%s(%s)".formatted(function.code(), String.join(",", arguments));
    return switch (scaler) {
      case Scaler.None none -> call;
      case Scaler.Unfitted unfitted -> call + "|" + unfitted.law().code();
      case Scaler.Relative relative -> "%s|relative(%d)".formatted(call, relative.n());
      case Scaler.Learnt learnt ->
          String.format(
              Locale.ROOT,
              "%s|%s(%s,%s)",
              call,
              learnt.law().code(),
              Double.toString(learnt.offset()),
              Double.toString(learnt.divisor()));
    };
  }
}
