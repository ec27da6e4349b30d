package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Lengths of the seasons that a series may have, in steps of its grid.
 *
 * @param steps ascending, each at least 2; none for a series without a season
 */
public record Seasons(List<Integer> steps) {
  /** Name of the parameter that gives them, such as {@code 24,168}; {@code none} for none. */
  public static final String PARAMETER = "seasons";

  public static final Seasons NONE = new Seasons(List.of());

  private static final int STEPS_MAX = 100_000;
  private static final String NONE_TEXT = "none";

  public Seasons {
    steps = List.copyOf(new TreeSet<>(steps));
    for (int season : steps) {
      if (season < 2 || season > STEPS_MAX) {
        throw new IllegalArgumentException(
            "season is %d steps; it must be 2 to %d".formatted(season, STEPS_MAX));
      }
    }
  }

  public static Seasons of(Integer... steps) {
    return new Seasons(List.of(steps));
  }

  /**
   * The calendar's: day and week where the step is shorter, the week of a daily grid, and the year
   * of 52 weeks or 365 days.
   */
  public static Seasons ofCalendar(Grid grid) {
    var steps = new ArrayList<Integer>();
    int day = grid.stepsPerDay();
    if (day > 1) {
      steps.add(day);
    }
    if (day >= 1) {
      steps.add(7 * day);
    }
    if (day == 1) {
      steps.add(365);
    }
    if (grid.step().toDays() == 7) {
      steps.add(52);
    }
    return new Seasons(steps);
  }

  /**
   * Those that the parameter {@code seasons} gives, else the calendar's.
   *
   * @throws IllegalArgumentException if the parameter is not a list of whole numbers in bounds
   */
  public static Seasons of(Parameters parameters, Grid grid) {
    if (!parameters.has(PARAMETER)) {
      return ofCalendar(grid);
    }
    List<String> words = parameters.words(PARAMETER, List.of());
    if (words.equals(List.of(NONE_TEXT))) {
      return NONE;
    }
    var steps = new ArrayList<Integer>();
    for (String word : words) {
      try {
        steps.add(Integer.parseInt(word));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "parameter seasons has '%s'; write steps such as 24,168, or none".formatted(word), e);
      }
    }
    return new Seasons(steps);
  }

  /** Those that a history of the length shows at least twice. */
  public Seasons shownTwiceIn(int intervals) {
    return new Seasons(steps.stream().filter(season -> 2 * season <= intervals).toList());
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** The shortest; 1 without a season. */
  public int primary() {
    return steps.isEmpty() ? 1 : steps.getFirst();
  }

  /** The longest; 1 without a season. */
  public int longest() {
    return steps.isEmpty() ? 1 : steps.getLast();
  }

  /** As the parameter is written. */
  public String text() {
    return steps.isEmpty()
        ? NONE_TEXT
        : String.join(",", steps.stream().map(String::valueOf).toList());
  }
}
