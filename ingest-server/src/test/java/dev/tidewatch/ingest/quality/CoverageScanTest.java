package dev.tidewatch.ingest.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.ingest.quality.SeriesQuality.Coverage;
import dev.tidewatch.ingest.quality.SeriesQuality.Gap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One pass over a series tells what keeping all of it would tell. */
final class CoverageScanTest {
  @Test
  void tellsWhatKeepingEverythingWouldTell() {
    long seed = Long.getLong("tidewatch.seed", 20_261_121L);
    System.out.println("CoverageScanTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      int count = 2 + random.nextInt(400);
      long[] times = new long[count];
      long[] latencies = new long[count];
      long at = random.nextLong(1_000_000);
      for (int i = 0; i < count; i++) {
        times[i] = at;
        latencies[i] = random.nextLong(1L << (1 + random.nextInt(40)));
        at += 1_000 + (random.nextInt(10) == 0 ? random.nextInt(50_000) : random.nextInt(30));
      }
      OptionalLong expected = random.nextBoolean() ? OptionalLong.of(1_000) : OptionalLong.empty();
      var scan = new CoverageScan(OptionalLong.empty(), OptionalLong.empty(), expected);
      for (int i = 0; i < count; i++) {
        scan.add(times[i], false);
        scan.addLatency(latencies[i]);
      }
      Coverage coverage = scan.finish();
      assertThat(coverage.intervalMicros()).isEqualTo(expected.orElseGet(() -> median(times)));
      List<Gap> gaps = gaps(times, coverage.intervalMicros());
      assertThat(coverage.gapCount()).isEqualTo(gaps.size());
      assertThat(coverage.gaps()).isEqualTo(gaps.subList(0, Math.min(gaps.size(), 100)));
      long missing = gaps.stream().mapToLong(Gap::intervals).sum();
      double due =
          1 + Math.round((double) (times[count - 1] - times[0]) / coverage.intervalMicros());
      assertThat(coverage.completeness()).isEqualTo(Math.max(0, 1 - missing / due), within(1e-9));
      Arrays.sort(latencies);
      assertThat((double) coverage.latencyMicrosP50())
          .isEqualTo(
              (double) latencies[(count + 1) / 2 - 1],
              within(latencies[(count + 1) / 2 - 1] / 400.0));
    }
  }

  @Test
  void manyDifferentDistancesAreCountedRoughly() {
    var random = new SplittableRandom(1);
    var distances = new long[50_000];
    var scan = new CoverageScan(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    long at = 0;
    for (int i = 0; i < distances.length; i++) {
      distances[i] = 1_000_000 + random.nextLong(1_000_000);
      scan.add(at, true);
      at += distances[i];
    }
    Arrays.sort(distances);
    Coverage coverage = scan.finish();
    assertThat((double) coverage.intervalMicros())
        .isEqualTo((double) distances[distances.length / 2], within(distances[0] / 250.0));
    assertThat(coverage.gapCount()).isZero();
    assertThat(coverage.flagged()).isEqualTo(distances.length);
  }

  private static long median(long[] times) {
    long[] distances = new long[times.length - 1];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = times[i + 1] - times[i];
    }
    Arrays.sort(distances);
    return distances[(distances.length + 1) / 2 - 1];
  }

  private static List<Gap> gaps(long[] times, long interval) {
    var gaps = new ArrayList<Gap>();
    for (int i = 1; i < times.length; i++) {
      long steps = Math.round((double) (times[i] - times[i - 1]) / interval);
      if (steps > 1) {
        gaps.add(new Gap(times[i - 1], times[i], steps - 1));
      }
    }
    gaps.sort((a, b) ->
        a.micros() == b.micros()
            ? Long.compare(a.startMicros(), b.startMicros())
            : Long.compare(b.micros(), a.micros()));
    return gaps;
  }
}
