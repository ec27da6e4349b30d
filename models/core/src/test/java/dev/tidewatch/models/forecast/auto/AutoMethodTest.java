package dev.tidewatch.models.forecast.auto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.SeasonalNaiveMethod;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.forecast.smoothing.AdjustedMethod;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AutoMethodTest {
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));

  private final AutoMethod auto =
      new AutoMethod(
          List.of(
              new AutoMethod.Candidate(AdjustedMethod.drift(), 1),
              new AutoMethod.Candidate(new SeasonalNaiveMethod(), 1),
              new AutoMethod.Candidate(AdjustedMethod.damped(), 1_000_000)));

  private static GridWindow seasonal() {
    var random = new SplittableRandom(5);
    return GridWindow.of(
        HOURS,
        0,
        IntStream.range(0, 480)
            .mapToDouble(t -> 50 + 30 * Math.sin(t * Math.PI / 12) + random.nextDouble())
            .toArray());
  }

  private static PointSettings settings(Map<String, String> parameters) {
    return new PointSettings(
        HOURS, 24, Seasons.of(24), Parameters.of(parameters), 1, TrainingProgress.SILENT);
  }

  private PointModel fit(Map<String, String> parameters) {
    return auto.fit(List.of(seasonal()), settings(parameters));
  }

  @Test
  void takesWhatErrsLeastAndListsEveryCandidate() {
    Map<String, String> explanation = fit(Map.of()).explanation();
    assertThat(explanation).containsEntry("model", "seasonal-naive");
    assertThat(explanation.get("candidate.01.seasonal-naive")).contains("loss 1.000", "chosen");
    assertThat(explanation.keySet()).anyMatch(key -> key.endsWith(".drift"));
    assertThat(explanation.get("candidate.skipped.damped")).contains("not tried");
  }

  @Test
  void takesAnotherWithoutTheWinner() {
    Map<String, String> explanation =
        fit(Map.of("without", "seasonal-naive,ensemble")).explanation();
    assertThat(explanation).containsEntry("model", "drift");
    assertThat(explanation).containsEntry("candidate.skipped.seasonal-naive", "left out as asked");
  }

  @Test
  void aLargerBudgetTriesMore() {
    assertThat(fit(Map.of("budget_seconds", "3600")).explanation())
        .doesNotContainKey("candidate.skipped.damped");
  }

  @Test
  void keepsItsAnswersWhenSavedAndChoosesTheSameAgain() {
    PointModel model = fit(Map.of());
    assertThat(fit(Map.of()).save()).isEqualTo(model.save());
    PointModel loaded = auto.load(ModelArrays.read(model.save().toBytes()), settings(Map.of()));
    GridWindow window = seasonal().last(model.historyIntervals());
    assertThat(loaded.forecast(window, 24)).isEqualTo(model.forecast(window, 24));
    PointModel again = auto.settled(model).fit(List.of(seasonal()), settings(Map.of()));
    assertThat(again.save()).isEqualTo(model.save());
  }

  @Test
  void refusesUnknownCandidatesAndEmptyHistories() {
    assertThatThrownBy(() -> fit(Map.of("without", "seasonl-naive")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seasonl-naive")
        .hasMessageContaining("drift");
    assertThatThrownBy(() ->
            auto.fit(
                List.of(seasonal()), settings(Map.of("without", "drift,seasonal-naive,damped"))))
        .isInstanceOf(InsufficientHistoryException.class);
  }
}
