package dev.tidewatch.models.forecast.smoothing;

import dev.tidewatch.models.PublicData;
import java.util.ArrayList;
import java.util.SortedMap;
import java.util.TreeMap;

/** Files of the M4 competition's form: id, then as many values as there are. */
final class M4Series {
  private M4Series() {}

  static SortedMap<String, double[]> read(String test, String file) {
    var series = new TreeMap<String, double[]>();
    for (String line : PublicData.rows(PublicData.file(test, "m4/" + file))) {
      String[] cells = line.replace("\"", "").split(",", -1);
      var values = new ArrayList<Double>();
      for (int i = 1; i < cells.length; i++) {
        if (!cells[i].isBlank() && !cells[i].equals("NA")) {
          values.add(Double.parseDouble(cells[i]));
        }
      }
      series.put(cells[0], values.stream().mapToDouble(Double::doubleValue).toArray());
    }
    return series;
  }
}
