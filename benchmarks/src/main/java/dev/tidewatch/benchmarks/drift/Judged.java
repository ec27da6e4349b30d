package dev.tidewatch.benchmarks.drift;

import dev.tidewatch.benchmarks.drift.SeededStream.Change;
import dev.tidewatch.timeseries.drift.ChangeDetector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a detector made of the streams.
 *
 * @param found by kind of change: streams whose first alarm at or after the change came within
 *     {@value #WITHIN} rows of it
 * @param of by kind of change: streams
 * @param delays rows from change to alarm of those found by a shift of one deviation
 * @param falseStreams streams without a change that it gave an alarm on
 * @param early alarms before the change, on streams that change
 */
record Judged(int[] found, int[] of, List<Integer> delays, int falseStreams, int early) {
  static final int WITHIN = 500;

  static Judged of(List<SeededStream> streams, Supplier<ChangeDetector> detectors) {
    var found = new int[Change.values().length];
    var of = new int[Change.values().length];
    var delays = new ArrayList<Integer>();
    int falseStreams = 0;
    int early = 0;
    for (SeededStream stream : streams) {
      of[stream.change().ordinal()]++;
      List<Integer> alarms = alarms(detectors.get(), stream.readings());
      if (stream.change() == Change.NONE) {
        falseStreams += alarms.isEmpty() ? 0 : 1;
        continue;
      }
      early += (int) alarms.stream().filter(row -> row < stream.changeAt()).count();
      int first = alarms.stream().filter(row -> row >= stream.changeAt()).findFirst().orElse(-1);
      if (first >= 0 && first - stream.changeAt() <= WITHIN) {
        found[stream.change().ordinal()]++;
        if (stream.change() == Change.MEAN_ONE) {
          delays.add(first - stream.changeAt());
        }
      }
    }
    delays.sort(Integer::compare);
    return new Judged(found, of, delays, falseStreams, early);
  }

  static List<Integer> alarms(ChangeDetector detector, double[] values) {
    var alarms = new ArrayList<Integer>();
    for (int i = 0; i < values.length; i++) {
      if (detector.add(values[i])) {
        alarms.add(i);
      }
    }
    return alarms;
  }

  double share(Change change) {
    return (double) found[change.ordinal()] / of[change.ordinal()];
  }

  double falseShare() {
    return (double) falseStreams / of[Change.NONE.ordinal()];
  }

  /** NaN if none was found. */
  double delay(double share) {
    return delays.isEmpty() ? Double.NaN : delays.get((int) (share * (delays.size() - 1)));
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(Arrays.toString(found), Arrays.toString(of));
  }
}
