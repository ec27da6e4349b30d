package dev.tidewatch.benchmarks.drift;

import dev.tidewatch.benchmarks.drift.SeededStream.Change;
import dev.tidewatch.timeseries.drift.ChangeDetector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
record Judged(
    Map<Change, Integer> found,
    Map<Change, Integer> of,
    List<Integer> delays,
    int falseStreams,
    int early) {
  static final int WITHIN = 500;

  static Judged of(List<SeededStream> streams, Supplier<ChangeDetector> detectors) {
    var found = new EnumMap<Change, Integer>(Change.class);
    var of = new EnumMap<Change, Integer>(Change.class);
    var delays = new ArrayList<Integer>();
    int falseStreams = 0;
    int early = 0;
    for (SeededStream stream : streams) {
      of.merge(stream.change(), 1, Integer::sum);
      List<Integer> alarms = alarms(detectors.get(), stream.readings());
      if (stream.change() == Change.NONE) {
        falseStreams += alarms.isEmpty() ? 0 : 1;
        continue;
      }
      early += (int) alarms.stream().filter(row -> row < stream.changeAt()).count();
      int first = alarms.stream().filter(row -> row >= stream.changeAt()).findFirst().orElse(-1);
      if (first >= 0 && first - stream.changeAt() <= WITHIN) {
        found.merge(stream.change(), 1, Integer::sum);
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
    return (double) found.getOrDefault(change, 0) / of.getOrDefault(change, 1);
  }

  double falseShare() {
    return (double) falseStreams / of.getOrDefault(Change.NONE, 1);
  }

  /** NaN if none was found. */
  double delay(double share) {
    return delays.isEmpty() ? Double.NaN : delays.get((int) (share * (delays.size() - 1)));
  }
}
