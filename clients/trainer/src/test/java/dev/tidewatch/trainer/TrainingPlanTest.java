package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingPlanTest {
  private static final Grid HOURLY = Grid.ofStep(Duration.ofHours(1));
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void theOrderInWhichSeriesAreNamedDoesNotMatter() {
    var a = new SeriesName("a");
    var b = new SeriesName("b");
    assertThat(TrainingPlan.of("m", "naive", List.of(b, a, b), HOURLY, 24))
        .isEqualTo(TrainingPlan.of("m", "naive", List.of(a, b), HOURLY, 24));
  }

  @Test
  void namesTheFieldThatIsWrong() {
    var a = List.of(new SeriesName("a"));
    assertThatThrownBy(() -> TrainingPlan.of("", "naive", a, HOURLY, 24))
        .hasMessageContaining("model");
    assertThatThrownBy(() -> TrainingPlan.of("m", "naive", List.of(), HOURLY, 24))
        .hasMessageContaining("series");
    assertThatThrownBy(() -> TrainingPlan.of("m", "naive", a, HOURLY, 0))
        .hasMessageContaining("horizon");
    assertThatThrownBy(() -> TrainingPlan.of("m", "naive", a, HOURLY, 24).within(NOON, NOON))
        .hasMessageContaining("from");
  }
}
