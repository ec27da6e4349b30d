package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.ReferenceSketches;
import dev.tidewatch.models.bundle.ReferenceSketches.Sketch;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.drift.Distribution;
import dev.tidewatch.timeseries.drift.DistributionSketch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DriftReferencesTest {
  private static final SeriesName LOAD = new SeriesName("site/load");
  private static final SeriesName OUTDOOR = new SeriesName("site/outdoor");

  /** A Monday. */
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  private static final int WEEKS = 6;

  private static BundleManifest manifest() {
    return new BundleManifest(
        "ridge",
        Task.FORECAST,
        List.of(Role.TARGET, new Role("outdoor", Role.Kind.COVARIATE)),
        Grid.ofStep(Duration.ofHours(1)),
        List.of(),
        24,
        1,
        24,
        List.of(),
        Optional.empty(),
        Parameters.of(Map.of()),
        new TrainingWindow(List.of(LOAD), 0, 7, "0f".repeat(32)),
        1,
        "0.1.0",
        new TreeMap<>());
  }

  /** Each hour has the number of its hour of the week, but Tuesdays at 02:00 are missing. */
  private static Dataset dataset() {
    var load = ReadingColumns.builder();
    var outdoor = ReadingColumns.builder();
    for (int hour = 0; hour < WEEKS * 168; hour++) {
      long micros = Times.toMicros(START) + hour * Times.MICROS_PER_HOUR;
      if (hour % 168 != 26) {
        load.add(micros, hour % 168);
      }
      outdoor.add(micros, 20);
    }
    var readings = new TreeMap<SeriesName, ReadingColumns>();
    readings.put(LOAD, load.build());
    var covariates = new TreeMap<String, Dataset.CovariateReadings>();
    covariates.put("outdoor", new Dataset.CovariateReadings(OUTDOOR, outdoor.build()));
    return new Dataset(readings, covariates, new FeedPosition(1, 1));
  }

  private static Sketch sketch(ReferenceSketches sketches, String input, int hour) {
    return sketches.series().getFirst().sketches().stream()
        .filter(each -> each.input().equals(input) && each.hourOfWeek() == hour)
        .findFirst()
        .orElseThrow();
  }

  private static Distribution distribution(Sketch sketch) {
    return DistributionSketch.ofBytes(sketch.payload()).distribution();
  }

  @Test
  void sketchesEachInputAtEachHourOfTheWeek() {
    ReferenceSketches made =
        DriftReferences.of(manifest(), dataset(), START.plus(Duration.ofDays(60)));
    Bundle bundle = made.in(Bundle.of(manifest(), Map.of("weights.bin", new byte[] {1})));
    Bundle read = Bundle.read(bundle.toBytes(), BundleLimits.DEFAULT);
    assertThat(read.file("weights.bin")).containsExactly(1);
    ReferenceSketches back = ReferenceSketches.of(read).orElseThrow();

    assertThat(back.series()).hasSize(1);
    assertThat(back.series().getFirst().series()).isEqualTo(LOAD);
    Sketch all = sketch(back, "target", -1);
    assertThat(all.samples()).isEqualTo(WEEKS * 167);
    assertThat(all.missingShare()).isCloseTo(1 / 168.0, within(1e-9));
    assertThat(distribution(all).quantile(0.5)).isCloseTo(84, within(2.0));
    Sketch thursday = sketch(back, "target", 3 * 24 + 7);
    assertThat(thursday.samples()).isEqualTo(WEEKS);
    assertThat(thursday.source()).isEmpty();
    assertThat(distribution(thursday).mean()).isEqualTo(3 * 24 + 7);
    assertThat(back.series().getFirst().sketches())
        .noneMatch(each -> each.input().equals("target") && each.hourOfWeek() == 26);
    assertThat(sketch(back, "outdoor", 26).source()).contains(OUTDOOR);
    assertThat(distribution(sketch(back, "outdoor", -1)).mean()).isEqualTo(20);
  }

  @Test
  void theSameReadingsMakeTheSameBundle() {
    Bundle plain = Bundle.of(manifest(), Map.of("weights.bin", new byte[] {1}));
    Instant now = START.plus(Duration.ofDays(60));
    assertThat(DriftReferences.of(manifest(), dataset(), now).in(plain).sha256())
        .isEqualTo(DriftReferences.of(manifest(), dataset(), now).in(plain).sha256())
        .isNotEqualTo(plain.sha256());
    assertThat(ReferenceSketches.of(plain)).isEmpty();
  }
}
