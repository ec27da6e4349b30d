package dev.tidewatch.models.forecast.smoothing;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Takes all seasons out by {@link Mstl}, forecasts the rest by any other method, and lets the last
 * cycle of each season go on (Bandara, Hyndman and Bergmeir, arXiv 2107.13462, section 2.3).
 *
 * <p>Parameters, beside those of the other methods:
 *
 * <ul>
 *   <li>{@code rest}: id of the method for the rest; default the first that was given.
 *   <li>{@code transform}: {@code log}, {@code none}, or {@code auto} (default), which takes
 *       logarithms of positive values where that makes the remainders likelier.
 *   <li>{@code season_window}: cycles over which a season is smoothed, odd, 3 to 1,001; default 7.
 *       A short one lets seasons change quickly.
 * </ul>
 */
public final class MstlMethod implements PointMethod {
  public static final String ID = "mstl";

  static final String REST = "rest";
  static final String TRANSFORM = "transform";
  static final String SEASON_WINDOW = "season_window";

  /** The smallest that its authors recommend for STL; followed changing seasons best. */
  private static final int SEASON_WINDOW_USUAL = 7;

  private static final int SEASON_WINDOW_MAX = 1_001;

  private static final String REST_PREFIX = "rest/";

  enum Transform {
    AUTO,
    LOG,
    NONE
  }

  private final SortedMap<String, PointMethod> rests = new TreeMap<>();
  private final String usual;

  /**
   * @param rests what may forecast the rest; the first is the default; none of them pools
   */
  public MstlMethod(Collection<? extends PointMethod> rests) {
    for (PointMethod rest : rests) {
      if (rest.pools()) {
        throw new IllegalArgumentException("%s pools over series".formatted(rest.id()));
      }
      this.rests.put(rest.id(), rest);
    }
    this.usual = rests.iterator().next().id();
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    var names = new TreeSet<String>(List.of(REST, TRANSFORM, SEASON_WINDOW));
    rests.values().forEach(rest -> names.addAll(rest.parameterNames()));
    return names;
  }

  @Override
  public SortedMap<String, ParameterSpace> parameterSpaces() {
    return new TreeMap<>(
        Map.of(
            REST,
            new ParameterSpace.Choice(List.copyOf(rests.keySet())),
            SEASON_WINDOW,
            ParameterSpace.Choice.of("5", "7", "11", "15", "21", "35")));
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    GridWindow history = histories.getFirst();
    double[] values = history.values();
    List<Integer> seasons = settings.seasons().shownTwiceIn(values.length).steps();
    PointMethod rest = rest(settings.parameters());
    if (values.length < 2) {
      throw new InsufficientHistoryException(
          "%d values; %s needs at least 2".formatted(values.length, ID));
    }
    int window =
        settings.parameters().integer(SEASON_WINDOW, SEASON_WINDOW_USUAL, 3, SEASON_WINDOW_MAX);
    if (window % 2 == 0) {
      throw new IllegalArgumentException(
          "parameter season_window is %d; it must be odd".formatted(window));
    }
    boolean logs =
        logs(values, seasons, window, settings.parameters().choice(TRANSFORM, Transform.AUTO));
    GridWindow adjusted =
        GridWindow.of(
            history.grid(), history.firstIndex(), split(values, seasons, window, logs).adjusted());
    PointSettings forRest = settings.withSeasons(Seasons.NONE);
    return new Model(
        seasons,
        window,
        logs,
        rest.id(),
        rest.fit(List.of(adjusted), forRest),
        WindowLengths.wanted(values.length, seasons.isEmpty() ? 1 : seasons.getLast()));
  }

  private PointMethod rest(Parameters parameters) {
    String id = parameters.text(REST, usual);
    PointMethod rest = rests.get(id);
    if (rest == null) {
      throw new IllegalArgumentException(
          "parameter rest is '%s'; it must be one of %s"
              .formatted(id, String.join(", ", rests.keySet())));
    }
    return rest;
  }

  private static boolean logs(
      double[] values, List<Integer> seasons, int window, Transform transform) {
    boolean possible = SeasonalAdjustment.positive(values);
    if (transform == Transform.NONE || !possible) {
      return false;
    }
    if (transform == Transform.LOG) {
      return true;
    }
    double jacobian = 0;
    for (double value : values) {
      jacobian += Math.log(value);
    }
    // Box and Cox 1964: the likelihood of the values themselves under either transformation.
    double plain = spread(split(values, seasons, window, false));
    double logged = spread(split(values, seasons, window, true)) + 2 * jacobian / values.length;
    return logged < plain;
  }

  private static double spread(Mstl.Decomposition split) {
    double squares = 0;
    for (double remainder : split.remainder()) {
      squares += remainder * remainder;
    }
    return Math.log(squares / split.remainder().length);
  }

  private static Mstl.Decomposition split(
      double[] values, List<Integer> seasons, int window, boolean logs) {
    double[] scaled = values.clone();
    if (logs) {
      for (int t = 0; t < scaled.length; t++) {
        scaled[t] = Math.log(values[t]);
      }
    }
    return Mstl.decompose(scaled, seasons, window);
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    List<Integer> seasons =
        Arrays.stream(arrays.array("seasons")).mapToObj(season -> (int) season).toList();
    String restId = arrays.text("rest");
    PointMethod rest = rests.get(restId);
    if (rest == null) {
      throw new IllegalArgumentException("the rest's method %s is unknown".formatted(restId));
    }
    return new Model(
        new Seasons(seasons).steps(),
        arrays.integer("window", 3, SEASON_WINDOW_MAX),
        arrays.integer("logs", 0, 1) == 1,
        restId,
        rest.load(arrays.under(REST_PREFIX), settings.withSeasons(Seasons.NONE)),
        arrays.integer("history", 1, Integer.MAX_VALUE));
  }

  private record Model(
      List<Integer> seasons,
      int window,
      boolean logs,
      String restId,
      PointModel rest,
      int historyIntervals)
      implements PointModel {

    @Override
    public int historyIntervalsMin() {
      int longest = seasons.isEmpty() ? 1 : seasons.getLast();
      return Math.max(2 * longest, rest.historyIntervalsMin());
    }

    @Override
    public double[] forecast(GridWindow history, int horizon) {
      double[] values = history.values();
      boolean useLogs = logs && SeasonalAdjustment.positive(values);
      Mstl.Decomposition split = split(values, seasons, window, useLogs);
      GridWindow adjusted = GridWindow.of(history.grid(), history.firstIndex(), split.adjusted());
      double[] ahead = rest.forecast(adjusted.last(rest.historyIntervals()), horizon);
      double[] seasonal = split.seasonalAhead(horizon);
      for (int step = 0; step < horizon; step++) {
        double sum = ahead[step] + seasonal[step];
        ahead[step] = useLogs ? Math.exp(sum) : sum;
      }
      return ahead;
    }

    @Override
    public ModelArrays save() {
      return ModelArrays.builder()
          .put("seasons", seasons.stream().mapToDouble(Integer::doubleValue).toArray())
          .put("window", window)
          .put("logs", logs ? 1 : 0)
          .put("history", historyIntervals)
          .put("rest", restId)
          .nest(REST_PREFIX, rest.save())
          .build();
    }

    @Override
    public SortedMap<String, String> explanation() {
      var explanation = new TreeMap<String, String>();
      explanation.put("model", "mstl");
      explanation.put("rest", restId);
      explanation.put("seasons", new Seasons(seasons).text());
      explanation.put(
          "transform", (logs ? Transform.LOG : Transform.NONE).name().toLowerCase(Locale.ROOT));
      rest.explanation().forEach((name, text) -> explanation.put("rest_" + name, text));
      return explanation;
    }
  }
}
