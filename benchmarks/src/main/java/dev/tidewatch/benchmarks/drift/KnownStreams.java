package dev.tidewatch.benchmarks.drift;

import dev.tidewatch.timeseries.drift.Adwin;
import dev.tidewatch.timeseries.drift.Ddm;
import dev.tidewatch.timeseries.drift.PageHinkley;
import dev.tidewatch.timeseries.drift.ResidualDrift;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.zip.GZIPInputStream;

/** Public streams, and the rows at which detectors report on them. */
final class KnownStreams {
  private static final String SHIFTS = "skmultiflow_drift_stream.csv";
  private static final String ERRORS = "bernoulli_1drift.csv";
  private static final String MORE_ERRORS = "bernoulli_3drifts.csv";
  private static final String CALM = "sea_stream_nodrift.csv.gz";
  private static final double LEARNING_RATE = 0.05;

  private final Path folder;

  /**
   * @param data folder of the files, or the one above it
   */
  KnownStreams(Path data) throws IOException {
    Path below = data.resolve("drift");
    this.folder = Files.isDirectory(below) ? below : data;
    if (!Files.isRegularFile(folder.resolve(SHIFTS))) {
      throw new FileNotFoundException("%s holds no %s".formatted(folder, SHIFTS));
    }
  }

  /**
   * Adds alarms by stream: under the file's name those of the default detector, under file and
   * detector those of the detector with the parameters named.
   */
  void addAlarms(SortedMap<String, List<Integer>> alarms) throws IOException {
    double[] shifts = column(SHIFTS);
    double[] errors = column(ERRORS);
    alarms.put(SHIFTS, Judged.alarms(new ResidualDrift(), shifts));
    alarms.put(
        SHIFTS + "/PageHinkley(min_instances=30,delta=0.005,threshold=50,alpha=0.9999)",
        Judged.alarms(new PageHinkley(30, 0.005, 50, 0.9999), shifts));
    alarms.put(SHIFTS + "/ADWIN(delta=0.002)", Judged.alarms(new Adwin(0.002), shifts));
    alarms.put(ERRORS, Judged.alarms(new ResidualDrift(), errors));
    alarms.put(
        ERRORS + "/DDM(warning=2.0,out_control=3.0,min_num_instances=30)",
        Judged.alarms(new Ddm(2, 3, 30), errors));
    alarms.put(MORE_ERRORS, Judged.alarms(new ResidualDrift(), column(MORE_ERRORS)));
    alarms.put(CALM, Judged.alarms(new ResidualDrift(), errorsOfLearner()));
  }

  /** Alarms on the stream of one concept, all of them false. */
  static int falseAlarms(SortedMap<String, List<Integer>> alarms) {
    return alarms.getOrDefault(CALM, List.of()).size();
  }

  private double[] column(String file) throws IOException {
    return rows(file).stream().mapToDouble(cells -> Double.parseDouble(cells[0])).toArray();
  }

  private List<String[]> rows(String file) throws IOException {
    var rows = new ArrayList<String[]>();
    try (InputStream in = Files.newInputStream(folder.resolve(file));
        var reader =
            new BufferedReader(
                new InputStreamReader(
                    file.endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8))) {
      reader.readLine();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        rows.add(line.split(",", -1));
      }
    }
    return rows;
  }

  /** 0 or 1 by row: whether a logistic regression that learns as it goes was wrong. */
  private double[] errorsOfLearner() throws IOException {
    List<String[]> rows = rows(CALM);
    var errors = new double[rows.size()];
    var weights = new double[4];
    for (int row = 0; row < errors.length; row++) {
      String[] cells = rows.get(row);
      double[] inputs = {1, scaled(cells[0]), scaled(cells[1]), scaled(cells[2])};
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += weights[i] * inputs[i];
      }
      double probability = 1 / (1 + Math.exp(-sum));
      double label = Double.parseDouble(cells[3]);
      errors[row] = (probability > 0.5) == (label > 0.5) ? 0 : 1;
      for (int i = 0; i < weights.length; i++) {
        weights[i] += LEARNING_RATE * (label - probability) * inputs[i];
      }
    }
    return errors;
  }

  /** From 0 to 10, to -1 to 1. */
  private static double scaled(String cell) {
    return Double.parseDouble(cell) / 5 - 1;
  }
}
