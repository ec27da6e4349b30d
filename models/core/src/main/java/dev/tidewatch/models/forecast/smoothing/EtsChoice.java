package dev.tidewatch.models.forecast.smoothing;

import dev.tidewatch.models.training.TrainingProgress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ranks forms of exponential smoothing by the corrected Akaike criterion. All are fitted quickly
 * first; where a search for the first season is worth its time, the best few get it.
 */
final class EtsChoice {
  private static final int REFINED_MAX = 4;

  private EtsChoice() {}

  /**
   * @param period of the season; 1 leaves seasonal forms out
   * @return those that have a meaning for the values, best first; the refined ones alone where some
   *     are refined
   */
  static List<EtsFit> ranked(
      double[] values, List<EtsForm> forms, int period, TrainingProgress progress) {
    var criterion = EtsSearch.Criterion.LIKELIHOOD;
    var quick = new ArrayList<EtsFit>();
    for (int i = 0; i < forms.size(); i++) {
      EtsForm form = forms.get(i);
      progress.at("ets", (double) i / forms.size());
      if ((form.isSeasonal() && period == 1) || values.length < EtsSearch.valuesMin(form, period)) {
        continue;
      }
      EtsFit fit = EtsSearch.fitQuickly(values, form, period, criterion);
      if (fit != null) {
        quick.add(fit);
      }
    }
    quick.sort(Comparator.comparingDouble(EtsFit::aicc));
    if (quick.stream().noneMatch(fit -> EtsSearch.seasonMatters(values, fit.form(), period))) {
      return quick;
    }
    var refined = new ArrayList<EtsFit>();
    for (EtsFit candidate : quick.subList(0, Math.min(REFINED_MAX, quick.size()))) {
      progress.at("ets", 1);
      EtsFit fit = EtsSearch.fit(values, candidate.form(), period, criterion);
      refined.add(fit == null || fit.aicc() > candidate.aicc() ? candidate : fit);
    }
    refined.sort(Comparator.comparingDouble(EtsFit::aicc));
    return refined;
  }
}
