package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.drift.DriftReference.ReferenceSketch;
import dev.tidewatch.timeseries.drift.Distribution;
import dev.tidewatch.timeseries.drift.DistributionSketch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reference of one input, unpacked. Immutable.
 *
 * @param source series that it is read from; empty: the predicted one
 * @param hours by hour of the week, those with enough samples
 * @param all of all hours together, if there is such a sketch
 */
record ReferenceInput(String input, String source, Map<Integer, Hour> hours, Optional<Hour> all) {
  /** Below this, an hour of its own says less than all hours together. */
  private static final int HOUR_SAMPLES_MIN = 4;

  ReferenceInput {
    hours = Map.copyOf(hours);
  }

  /**
   * A distribution.
   *
   * @param samples that it stands for
   * @param missingShare of grid intervals, 0 to 1
   */
  record Hour(Optional<Distribution> distribution, long samples, double missingShare) {}

  /** A distribution with the number of samples that it stands for. */
  record Weighed(Distribution distribution, long samples) {}

  /** By input, in the order of first mention. */
  static List<ReferenceInput> of(DriftReference reference) {
    Map<String, List<ReferenceSketch>> byInput = new LinkedHashMap<>();
    reference
        .sketches()
        .forEach(sketch ->
            byInput.computeIfAbsent(sketch.input(), input -> new ArrayList<>()).add(sketch));
    var inputs = new ArrayList<ReferenceInput>();
    byInput.forEach((input, sketches) -> {
      Map<Integer, Hour> hours = new HashMap<>();
      Optional<Hour> all = Optional.empty();
      for (ReferenceSketch sketch : sketches) {
        Optional<Distribution> distribution =
            sketch.payload().length == 0
                ? Optional.empty()
                : Optional.of(DistributionSketch.ofBytes(sketch.payload()).distribution());
        var hour = new Hour(distribution, sketch.samples(), sketch.missingShare());
        if (sketch.hourOfWeek() == ReferenceSketch.ALL_HOURS) {
          all = Optional.of(hour);
        } else if (distribution.isPresent() && sketch.samples() >= HOUR_SAMPLES_MIN) {
          hours.put(sketch.hourOfWeek(), hour);
        }
      }
      inputs.add(new ReferenceInput(input, sketches.getFirst().source(), hours, all));
    });
    return inputs;
  }

  /**
   * What the reference says about hours of the week, each as often as it occurs; hours that it does
   * not know are taken from all hours together, or left out. Empty if nothing is known.
   *
   * @param counts values by hour of the week, 168
   */
  Optional<Weighed> at(long[] counts) {
    var parts = new ArrayList<Distribution.Part>();
    long samples = 0;
    long unknown = 0;
    for (int hour = 0; hour < counts.length; hour++) {
      if (counts[hour] == 0) {
        continue;
      }
      @Nullable Hour known = hours.get(hour);
      if (known == null) {
        unknown += counts[hour];
      } else {
        parts.add(new Distribution.Part(known.distribution().orElseThrow(), counts[hour]));
        samples += known.samples();
      }
    }
    if (unknown > 0 && all.isPresent() && all.get().distribution().isPresent()) {
      parts.add(new Distribution.Part(all.get().distribution().get(), unknown));
      samples += all.get().samples();
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(new Weighed(Distribution.mixture(parts), Math.max(1, samples)));
  }

  /** Share of intervals without a reading, if it was told. */
  Optional<Double> missingShare() {
    return all.map(Hour::missingShare);
  }
}
