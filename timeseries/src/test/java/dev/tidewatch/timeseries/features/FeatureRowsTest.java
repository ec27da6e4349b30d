package dev.tidewatch.timeseries.features;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.Seeds;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FeatureRowsTest {
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final double NONE = Double.NaN;

  private static double[] row(String recipe, int offset, int ahead, double... values) {
    return FeatureRows.of(
            FeatureRecipe.ofText(recipe), Map.of("x", GridWindow.of(HOURS, 0, values)))
        .row(offset, ahead);
  }

  @Test
  void functionsOfAWindowAgreeWithHandCalculation() {
    double[] row =
        row(
            "lag(x,0);lag(x,2);lag(x,9);difference(x,3);mean(x,4);std(x,4);min(x,4);max(x,4);slope(x,4);z(x,4)",
            4,
            1,
            99,
            2,
            4,
            4,
            6,
            -50);
    assertThat(row)
        .containsExactly(
            new double[] {6, 4, NONE, 4, 4, Math.sqrt(8 / 3.0), 2, 6, 1.2, 2 / Math.sqrt(8 / 3.0)},
            within(1e-12));
  }

  @Test
  void missingValuesAreLeftOut() {
    assertThat(
            row(
                "lag(x,1);mean(x,4);std(x,3);slope(x,4);z(x,4);seasonal_mean(x,2,2)",
                3,
                0,
                1,
                NONE,
                NONE,
                4))
        .containsExactly(new double[] {NONE, 2.5, NONE, 1, 1.5 / Math.sqrt(4.5), 4}, within(1e-12));
    assertThat(row("mean(x,2);rsi(x,2);volatility(x,2);z(x,2)", 1, 0, NONE, NONE))
        .containsExactly(NONE, NONE, NONE, NONE);
  }

  @Test
  void windowsWithoutSpreadAreNoCatastrophe() {
    assertThat(
            row("std(x,3);z(x,3);slope(x,3);lag(x,0)|relative(3)", 4, 0, 0.1, 0.1, 0.1, 0.1, 0.1))
        .containsExactly(0, 0, 0, 0);
  }

  /** Cutler's form: gains 1 + 2, losses 1 of the last four changes. */
  @Test
  void returnsAndRelativeStrength() {
    double[] row =
        row("log_return(x,1);log_return(x,2);rsi(x,4);volatility(x,2)", 4, 0, 10, 11, 10, 12, 12);
    double up = Math.log(12 / 10.0);
    assertThat(row)
        .containsExactly(
            new double[] {0, up, 75, Math.sqrt(2 * (up / 2) * (up / 2))}, within(1e-12));
    assertThat(row("log_return(x,1);rsi(x,1)".replace("rsi(x,1)", "rsi(x,2)"), 2, 0, 0, 5, 0))
        .containsExactly(NONE, 50);
  }

  /** Three steps ahead of interval 7 is interval 10, whose phase in 4 was last seen at 6. */
  @Test
  void seasonalValuesHaveThePhaseOfWhatIsDescribed() {
    String recipe = "seasonal_lag(x,4);seasonal_mean(x,4,2);season_position(4);ahead";
    double[] values = {0, 1, 2, 3, 4, 5, 6, 7};
    assertThat(row(recipe, 7, 0, values)).containsExactly(7, 5, 0.75, 0);
    assertThat(row(recipe, 7, 1, values)).containsExactly(4, 2, 0, 1);
    assertThat(row(recipe, 7, 3, values)).containsExactly(6, 4, 0.5, 3);
    assertThat(row(recipe, 7, 4, values)).containsExactly(7, 5, 0.75, 4);
    assertThat(row(recipe, 7, 5, values)).containsExactly(4, 2, 0, 5);
  }

  @Test
  void theCalendarIsThatOfTheZoneAndOfWhatIsDescribed() {
    Grid berlin = HOURS.withZone(ZoneId.of("Europe/Berlin"));
    // A Friday, 23:00 in Berlin; Saturday was the Day of German Unity.
    long index = berlin.indexAt(Times.toMicros(Instant.parse("2026-10-02T21:00:00Z")));
    var rows =
        FeatureRows.of(
            FeatureRecipe.ofText(
                "hour;weekday;weekend;month;holiday(DE);holiday(zone);holiday(US);day_sin(1);day_cos(1);week_cos(1)"),
            Map.of("any", GridWindow.of(berlin, index, new double[] {1})));
    double day = 23 / 24.0;
    assertThat(rows.row(0, 0))
        .containsExactly(
            new double[] {
              23,
              4,
              0,
              10,
              0,
              0,
              0,
              Math.sin(2 * Math.PI * day),
              Math.cos(2 * Math.PI * day),
              Math.cos(2 * Math.PI * (4 + day) / 7)
            },
            within(1e-12));
    assertThat(rows.row(0, 7))
        .containsExactly(
            new double[] {6, 5, 1, 10, 1, 1, 0, 1, 0, Math.cos(2 * Math.PI * 5.25 / 7)},
            within(1e-12));
  }

  @Test
  void relativeFeaturesFollowShiftAndStretch() {
    String recipe = "lag(x,1)|relative(4);slope(x,3)|relative(4);std(x,3)|relative(4);z(x,4)";
    double[] plain = row(recipe, 5, 1, 3, 1, 4, 1, 5, 9);
    double[] stretched = row(recipe, 5, 1, 300 + 7, 107, 407, 107, 507, 907);
    assertThat(stretched).containsExactly(plain, within(1e-12));
  }

  @Test
  void streamAndBatchGiveTheSameNumbersToTheLastBit() {
    Seeds.forEach(200, FeatureRowsTest::streamAndBatchAgree);
  }

  private static void streamAndBatchAgree(RandomGenerator random) {
    FeatureRecipe recipe = RandomRecipes.next(random, false);
    Grid grid = grid(random);
    int size = random.nextInt(1, 80);
    SortedMap<String, GridWindow> series = series(random, grid, size);
    var batch = FeatureRows.of(recipe, series);
    // What came before the recipe's reach must not matter: the stream may begin late.
    int from = random.nextInt(size);
    var stream = new FeatureStream(recipe, grid);
    for (int t = from; t < size; t++) {
      var values = new double[recipe.roles().size()];
      boolean allMissing = true;
      for (int role = 0; role < values.length; role++) {
        values[role] = requireNonNull(series.get(recipe.roles().get(role))).value(t);
        allMissing &= Double.isNaN(values[role]);
      }
      if (allMissing && t < size - 1 && random.nextBoolean()) {
        continue; // an interval that never comes is missing too
      }
      stream.add(series.values().iterator().next().firstIndex() + t, values);
      int ahead = random.nextInt(0, 30);
      if (t - from + 1 >= recipe.historyIntervals() || from == 0) {
        assertThat(stream.row(ahead)).as("%s", recipe).containsExactly(batch.row(t, ahead));
        assertThat(stream.rows(ahead, 3)[2]).containsExactly(batch.row(t, ahead + 2));
      }
    }
  }

  @Test
  void rowsDoNotSeeTheFuture() {
    Seeds.forEach(200, FeatureRowsTest::rowsBeforeAChangeStay);
  }

  private static void rowsBeforeAChangeStay(RandomGenerator random) {
    FeatureRecipe recipe = RandomRecipes.next(random, false);
    Grid grid = grid(random);
    int size = random.nextInt(2, 60);
    SortedMap<String, GridWindow> series = series(random, grid, size);
    int cut = random.nextInt(1, size);
    var changed = new TreeMap<String, GridWindow>();
    series.forEach((role, window) -> {
      double[] values = window.values();
      for (int t = cut; t < size; t++) {
        values[t] = random.nextInt(4) == 0 ? Double.NaN : random.nextDouble(-1e6, 1e6);
      }
      changed.put(role, GridWindow.of(grid, window.firstIndex(), values));
    });
    int ahead = random.nextInt(0, 40);
    for (int t = 0; t < cut; t++) {
      assertThat(FeatureRows.of(recipe, changed).row(t, ahead))
          .as("%s", recipe)
          .containsExactly(FeatureRows.of(recipe, series).row(t, ahead));
    }
  }

  @Test
  void unsuitableInputIsRefused() {
    FeatureRecipe recipe = FeatureRecipe.ofText("lag(target,1);lag(price,1)");
    GridWindow window = GridWindow.of(HOURS, 0, new double[] {1, 2});
    assertThatThrownBy(() -> FeatureRows.of(recipe, Map.of("target", window)))
        .hasMessageContaining("in the role price; given are target");
    assertThatThrownBy(() ->
            FeatureRows.of(
                recipe,
                Map.of("target", window, "price", GridWindow.of(HOURS, 1, new double[] {1, 2}))))
        .hasMessageContaining("windows of roles differ");
    assertThatThrownBy(
            () -> new FeatureStream(FeatureRecipe.ofText("lag(target,1)|standard"), HOURS))
        .hasMessageContaining("has not been fitted");
    var stream = new FeatureStream(recipe, HOURS);
    assertThatThrownBy(() -> stream.row(1)).hasMessageContaining("no interval yet");
    stream.add(5, 1, 2);
    assertThatThrownBy(() -> stream.add(5, 1, 2)).hasMessageContaining("does not come after");
    assertThatThrownBy(() -> stream.add(6, 1)).hasMessageContaining("roles target, price");
    assertThatThrownBy(() -> stream.row(-1)).hasMessageContaining("at least 0");
  }

  private static Grid grid(RandomGenerator random) {
    Duration step =
        switch (random.nextInt(4)) {
          case 0 -> Duration.ofMinutes(15);
          case 1 -> Duration.ofDays(1);
          case 2 -> Duration.ofDays(7);
          default -> Duration.ofHours(1);
        };
    return Grid.ofStep(step).withZone(ZoneId.of(random.nextBoolean() ? "UTC" : "America/New_York"));
  }

  private static SortedMap<String, GridWindow> series(RandomGenerator random, Grid grid, int size) {
    var series = new TreeMap<String, GridWindow>();
    long first = random.nextInt(1_000);
    for (String role : RandomRecipes.ROLES) {
      var values = new double[size];
      double level = random.nextDouble(-100, 100);
      for (int t = 0; t < size; t++) {
        level += random.nextDouble(-1, 1);
        values[t] = random.nextInt(8) == 0 ? Double.NaN : level;
      }
      series.put(role, GridWindow.of(grid, first, values));
    }
    return series;
  }
}
