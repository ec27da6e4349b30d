package dev.tidewatch.models.forecast.smoothing;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Exponential smoothing with automatic choice of the form by the corrected Akaike criterion
 * (Hyndman, Koehler, Ord and Snyder 2008; the choice of Hyndman, Koehler, Snyder and Grose 2002):
 * simple, Holt, damped and Holt-Winters with additive or multiplicative season are members.
 *
 * <p>Parameter {@code form}: {@code auto} (default), or one such as {@code A,Ad,M}: error, trend,
 * season. The season is the shortest of the settings' of which the history holds three; without
 * one, only forms without a season compete.
 */
public final class EtsMethod implements PointMethod {
  public static final String ID = "ets";

  static final String FORM = "form";

  private static final String AUTO = "auto";

  /** Cycles that a season needs; also what its classical decomposition needs to be of use. */
  private static final int CYCLES_MIN = 3;

  /** Above it the many numbers of a first season cannot be told from the data. */
  private static final int PERIOD_MAX = 2_000;

  /** Forms named in the explanation. */
  private static final int COMPARED_MAX = 5;

  /** Values at the end of the fit that a window is recognised by. */
  private static final int TAIL = 16;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(FORM);
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    GridWindow history = histories.getFirst();
    double[] values = history.values();
    int period =
        settings.seasons().steps().stream()
            .filter(season -> CYCLES_MIN * season <= values.length && season <= PERIOD_MAX)
            .findFirst()
            .orElse(1);
    String wanted = settings.parameters().text(FORM, AUTO);
    List<EtsForm> forms = wanted.equals(AUTO) ? EtsForm.all() : List.of(EtsForm.parse(wanted));
    List<EtsFit> fits = EtsChoice.ranked(values, forms, period, settings.progress());
    if (fits.isEmpty()) {
      throw new InsufficientHistoryException(
          "%d values; exponential smoothing of form %s cannot be fitted to them (multiplicative forms need values above 0, seasonal ones three seasons)"
              .formatted(values.length, wanted));
    }
    return model(fits.getFirst(), history, comparison(fits));
  }

  private static EtsModel model(EtsFit fit, GridWindow history, String comparison) {
    double[] values = history.values();
    EtsState state = fit.first();
    if (!state.run(values, 0, values.length, fit.weights())) {
      throw new IllegalStateException("the fitted state does not run over its own values");
    }
    return new EtsModel(
        fit.form(),
        fit.period(),
        fit.weights(),
        EtsFit.numbers(state),
        history.endIndex(),
        history.last(TAIL).values(),
        WindowLengths.wanted(values.length, fit.period()),
        fit.aicc(),
        comparison);
  }

  /** Best first. */
  private static String comparison(List<EtsFit> fits) {
    var joiner = new StringJoiner("; ");
    fits.stream()
        .limit(COMPARED_MAX)
        .forEach(fit -> joiner.add("%s %s".formatted(fit.form(), EtsModel.text(fit.aicc()))));
    return joiner.toString();
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return EtsModel.load(arrays);
  }
}
