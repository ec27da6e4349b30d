package dev.tidewatch.benchmarks.drift;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.benchmarks.ResultsFile;
import dev.tidewatch.benchmarks.drift.SeededStream.Change;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.timeseries.drift.Adwin;
import dev.tidewatch.timeseries.drift.ChangeDetector;
import dev.tidewatch.timeseries.drift.PageHinkley;
import dev.tidewatch.timeseries.drift.ResidualDrift;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tidewatch bench drift}. */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    description = {
      "Lets drift detectors read 200 seeded streams of 10,000 readings, 100 with a change of known",
      "time and size and 100 without, and tells how many changes they find within 500 readings, how",
      "soon, and on how many calm streams they give an alarm. The figures are those of the default",
      "detector: changes of the mean by one deviation, and all streams without a change."
    },
    footer = {
      "",
      "Examples:",
      "  ./tidewatch bench drift",
      "  ./tidewatch bench drift --data DIR --out alarms.json"
    })
public final class DriftCommand implements Callable<Integer> {
  /** For the list of benches. */
  public static final String PURPOSE =
      "delay and false alarms of drift detectors on seeded and public streams";

  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Seed of the streams (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder with the public streams; without it those are left out.")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where alarms go: {\"stream\": [rows]}, rows from 0; the default detector's under the"
              + " name of the stream, those of others under stream/detector.")
  private @Nullable Path out;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description = "Where the seeded streams' changes go, in the same form.")
  private @Nullable Path truth;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "File that the JSON line is appended to (default: benchmarks/results.jsonl).")
  private @Nullable Path results;

  @Override
  public Integer call() throws IOException {
    SortedMap<String, List<Integer>> alarms = new TreeMap<>();
    KnownStreams known = data == null ? null : new KnownStreams(data);
    List<SeededStream> streams = SeededStream.all(seed);
    Map<String, Supplier<ChangeDetector>> detectors = new LinkedHashMap<>();
    detectors.put("default (residual drift)", ResidualDrift::new);
    detectors.put("Page-Hinkley, 0.005, 50", PageHinkley::new);
    detectors.put("Page-Hinkley, 0.5, 80", () -> new PageHinkley(30, 0.5, 80, 1));
    detectors.put("ADWIN, 0.002", () -> scaled(new Adwin(0.002)));
    detectors.put("PSI, 500 against 1,000", WindowedPsi::new);
    Map<String, Judged> judged = new LinkedHashMap<>();
    detectors.forEach((name, detector) -> judged.put(name, Judged.of(streams, detector)));
    print(judged);
    for (SeededStream stream : streams) {
      alarms.put(stream.name(), Judged.alarms(new ResidualDrift(), stream.readings()));
    }
    var figures = new Figures();
    Judged byDefault = judged.get("default (residual drift)");
    if (byDefault == null) {
      throw new IllegalStateException("the default detector was not judged");
    }
    figures.put("detected_share", byDefault.share(Change.MEAN_ONE));
    figures.put("false_alarm_share", byDefault.falseShare());
    figures.put("delay_readings_p50", byDefault.delay(0.5));
    figures.put("delay_readings_p90", byDefault.delay(0.9));
    figures.put("detected_half_share", byDefault.share(Change.MEAN_HALF));
    figures.put("detected_doubled_share", byDefault.share(Change.SIZE_DOUBLED));
    figures.put("streams", streams.size());
    if (known != null) {
      known.addAlarms(alarms);
      figures.put("no_drift_stream_alarms", KnownStreams.falseAlarms(alarms));
    }
    write(out, alarms);
    write(truth, truthOf(streams));
    ResultsFile.add(ResultsFile.orUsual(results), "drift", figures, System.out);
    return 0;
  }

  /** ADWIN takes a unit of one; eight deviations are put into it. */
  private static ChangeDetector scaled(Adwin adwin) {
    return new ChangeDetector() {
      @Override
      public boolean add(double value) {
        return adwin.add(Math.clamp(value / 8 + 0.5, 0.0, 1.0));
      }

      @Override
      public double[] state() {
        return adwin.state();
      }

      @Override
      public void restore(double[] state) {
        adwin.restore(state);
      }
    };
  }

  private static SortedMap<String, List<Integer>> truthOf(List<SeededStream> streams) {
    SortedMap<String, List<Integer>> truth = new TreeMap<>();
    for (SeededStream stream : streams) {
      truth.put(
          stream.name(), stream.change() == Change.NONE ? List.of() : List.of(stream.changeAt()));
    }
    return truth;
  }

  private static void write(@Nullable Path file, SortedMap<String, List<Integer>> rows)
      throws IOException {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, JSON.writeValueAsString(rows) + "\n");
  }

  private static void print(Map<String, Judged> judged) {
    System.out.printf(
        "%-26s %8s %8s %8s %8s %10s %10s %12s%n",
        "drift", "0.5 dev", "1 dev", "2 dev", "doubled", "delay p50", "delay p90", "false alarms");
    judged.forEach((name, one) ->
        System.out.printf(
            Locale.ROOT,
            "%-26s %7.0f%% %7.0f%% %7.0f%% %7.0f%% %10.0f %10.0f %11.0f%%%n",
            name,
            100 * one.share(Change.MEAN_HALF),
            100 * one.share(Change.MEAN_ONE),
            100 * one.share(Change.MEAN_TWO),
            100 * one.share(Change.SIZE_DOUBLED),
            one.delay(0.5),
            one.delay(0.9),
            100 * one.falseShare()));
  }
}
