package dev.tidewatch.models.all;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.ModelFamilies;
import org.junit.jupiter.api.Test;

class AllFamiliesTest {
  @Test
  void holdsTheFamiliesOfTheCore() {
    ModelFamilies all = AllFamilies.create();
    assertThat(all.forecastIds()).containsAll(ModelFamilies.core().forecastIds());
    assertThat(all.detectionIds()).containsAll(ModelFamilies.core().detectionIds());
    assertThat(all.forecastIds()).contains("boosted-trees", "lstm");
  }
}
