package dev.tidewatch.timeseries.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.timeseries.Seeds;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FeatureRecipeTest {
  @Test
  void textIsReadBackAsItWasWritten() {
    FeatureRecipe recipe =
        FeatureRecipe.ofText(
            """
            lag( target , 0 ) ; mean(target,24)|standard
            seasonal_mean(target,24,4) | relative(168)
            hour; holiday(DE, AT); holiday(zone); season_sin(12,2)
            lag(volume,1)|min_max(-1.5E-3,2)
            """);
    assertThat(recipe.lines())
        .containsExactly(
            "features 1",
            "lag(target,0)",
            "mean(target,24)|standard",
            "seasonal_mean(target,24,4)|relative(168)",
            "hour",
            "holiday(AT,DE)",
            "holiday(zone)",
            "season_sin(12,2)",
            "lag(volume,1)|min_max(-0.0015,2.0)");
    assertThat(FeatureRecipe.parse(recipe.lines())).isEqualTo(recipe);
    assertThat(recipe.roles()).containsExactly("target", "volume");
    assertThat(recipe.historyIntervals()).isEqualTo(168);
  }

  @Test
  void anyRecipeIsReadBack() {
    Seeds.forEach(
        500,
        random -> {
          FeatureRecipe recipe = RandomRecipes.next(random, true);
          assertThat(FeatureRecipe.parse(recipe.lines())).isEqualTo(recipe);
        });
  }

  @Test
  void otherVersionsAreRefused() {
    assertThatThrownBy(() -> FeatureRecipe.parse(List.of("features 2", "hour")))
        .hasMessageContaining("begins with 'features 2'; this release reads 'features 1'");
    assertThatThrownBy(() -> FeatureRecipe.parse(List.of())).hasMessageContaining("begins with ''");
  }

  @Test
  void nonsenseIsRefusedWithItsReason() {
    assertThatThrownBy(() -> Feature.parse("mean(target)"))
        .hasMessageContaining("'mean(target)': feature mean takes 1 numbers, not 0");
    assertThatThrownBy(() -> Feature.parse("std(target,1)")).hasMessageContaining("2 to 100000");
    assertThatThrownBy(() -> Feature.parse("median(target,1)")).hasMessageContaining("unknown");
    assertThatThrownBy(() -> Feature.parse("holiday(XX)")).hasMessageContaining("XX");
    assertThatThrownBy(() -> Feature.parse("hour(3)")).hasMessageContaining("takes 0 numbers");
    assertThatThrownBy(() -> Feature.parse("hour|relative(24)"))
        .hasMessageContaining("no level or spread");
    assertThatThrownBy(() -> Feature.parse("lag(target,1)|minmax")).hasMessageContaining("min_max");
    assertThatThrownBy(() -> Feature.parse("lag(target,1)|standard(1,0)"))
        .hasMessageContaining("positive divisor");
    assertThatThrownBy(() -> Feature.parse("lag(Target,1)")).hasMessageContaining("role 'Target'");
    assertThatThrownBy(() -> FeatureRecipe.ofText("hour;hour")).hasMessageContaining("twice");
    assertThatThrownBy(() -> FeatureRecipe.ofText(" ;")).hasMessageContaining("0 features");
  }

  @Test
  void pricesHaveFifteenFeaturesOfSevenKinds() {
    FeatureRecipe prices = FeatureRecipe.prices();
    assertThat(prices.size()).isEqualTo(15);
    assertThat(prices.roles()).containsExactly("target", "volume", "sentiment", "social");
    assertThat(prices.historyIntervals()).isEqualTo(31);
    assertThat(prices.needsFit()).isFalse();
    assertThat(
            prices.features().stream()
                .map(feature -> feature.function().code())
                .collect(Collectors.toSet()))
        .contains("log_return", "z", "rsi", "volatility", "week_sin");
  }

  @Test
  void scalersLearnFromRows() {
    FeatureRecipe recipe =
        FeatureRecipe.ofText(
            "lag(a,0)|standard; lag(a,1)|min_max; lag(a,2)|robust; lag(a,3)|standard; hour");
    double[][] rows = {
      {1, 10, 1, 7, 0},
      {3, 20, 2, 7, 0},
      {5, 40, 3, 7, 0},
      {Double.NaN, 30, 4, 7, 0},
      {3, 10, 5, 7, 0}
    };
    FeatureRecipe fitted = recipe.fitted(rows);
    assertThat(fitted.lines())
        .containsExactly(
            "features 1",
            "lag(a,0)|standard(3.0,%s)".formatted(Math.sqrt(2)),
            "lag(a,1)|min_max(10.0,30.0)",
            "lag(a,2)|robust(3.0,2.0)",
            "lag(a,3)|standard(7.0,1.0)",
            "hour");
    assertThat(fitted.needsFit()).isFalse();
    assertThat(fitted.unscaled()).isEqualTo(recipe.unscaled());
  }
}
