package dev.tidewatch.timeseries.features;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Recipes of any functions with small arguments. */
final class RandomRecipes {
  static final List<String> ROLES = List.of("target", "volume", "weather");

  private RandomRecipes() {}

  static FeatureRecipe next(RandomGenerator random, boolean unfitted) {
    Set<Feature> features = new LinkedHashSet<>();
    int size = random.nextInt(1, 25);
    while (features.size() < size) {
      features.add(feature(random, unfitted));
    }
    return FeatureRecipe.of(List.copyOf(features));
  }

  private static Feature feature(RandomGenerator random, boolean unfitted) {
    List<FeatureFunction> all = List.of(FeatureFunction.values());
    FeatureFunction function = all.get(random.nextInt(all.size()));
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < function.form.numbers; i++) {
      numbers.add(function.numberMin(i) + random.nextInt(i == 0 ? 12 : 4));
    }
    String countries =
        function.form == FeatureFunction.Form.OF_COUNTRIES
            ? List.of("DE", "US,CA", "zone").get(random.nextInt(3))
            : "";
    return new Feature(
        function,
        function.form.hasRole ? ROLES.get(random.nextInt(ROLES.size())) : "",
        numbers,
        countries,
        scaler(function, random, unfitted));
  }

  private static Scaler scaler(FeatureFunction function, RandomGenerator random, boolean unfitted) {
    boolean scales =
        function.nature == FeatureFunction.Nature.LEVEL
            || function.nature == FeatureFunction.Nature.SPREAD;
    Scaler.Law law = List.of(Scaler.Law.values()).get(random.nextInt(3));
    return switch (random.nextInt(5)) {
      case 0 -> scales ? new Scaler.Relative(random.nextInt(2, 14)) : Scaler.NONE;
      case 1 -> new Scaler.Learnt(law, random.nextDouble(-5, 5), random.nextDouble(0.1, 5));
      case 2 -> unfitted ? new Scaler.Unfitted(law) : Scaler.NONE;
      default -> Scaler.NONE;
    };
  }
}
