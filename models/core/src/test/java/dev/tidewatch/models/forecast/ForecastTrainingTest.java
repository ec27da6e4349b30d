package dev.tidewatch.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ForecastTrainingTest {
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  private static final SeriesName LOAD = new SeriesName("house/load");
  private static final SeriesName WEATHER = new SeriesName("roof/temperature");
  private static final Role TEMPERATURE = new Role("temperature", Role.Kind.COVARIATE);

  private static ForecastTraining training(GridWindow weather) {
    return new ForecastTraining(
            new TreeMap<>(Map.of(LOAD, window(10, 1, 2, 3, 4, 5))),
            1,
            List.of(0.9),
            Parameters.NONE,
            new Provenance("ab".repeat(32), "test", 1),
            TrainingProgress.SILENT)
        .withCovariates(covariates(weather));
  }

  private static SortedMap<SeriesName, SortedMap<String, Covariate>> covariates(
      GridWindow weather) {
    return new TreeMap<>(
        Map.of(LOAD, new TreeMap<>(Map.of("temperature", new Covariate(WEATHER, weather)))));
  }

  private static GridWindow window(long first, double... values) {
    return GridWindow.of(GRID, first, values);
  }

  @Test
  void covariatesAreCutAsTheirSeriesIs() {
    ForecastTraining fold =
        training(window(10, 21, 22, 23, 24, 25))
            .over(new TreeMap<>(Map.of(LOAD, window(11, 2, 3))), TrainingProgress.SILENT);
    assertThat(fold.covariates()).isEqualTo(covariates(window(11, 22, 23)));
  }

  @Test
  void inputsHaveTheRolesOfTheModelInOrder() {
    ForecastInput input =
        training(window(10, 21, 22, 23, 24, 25))
            .input(LOAD, window(12, 3, 4), List.of(Role.TARGET, TEMPERATURE));
    assertThat(input.windows()).containsExactly(window(12, 3, 4), window(12, 23, 24));
    assertThat(input.series()).containsExactly(LOAD, WEATHER);
    assertThatThrownBy(() ->
            training(window(10, 1, 1, 1, 1, 1))
                .input(
                    LOAD,
                    window(12, 3, 4),
                    List.of(Role.TARGET, new Role("price", Role.Kind.COVARIATE))))
        .hasMessageContaining("no covariate for the role price");
  }

  @Test
  void otherIntervalsAreRefused() {
    assertThatThrownBy(() -> training(window(11, 1, 2, 3, 4, 5)))
        .hasMessageContaining("covariate temperature of house/load must have the intervals");
  }
}
