package dev.tidewatch.monitor.storage;

import java.util.LinkedHashMap;
import java.util.Map;

/** Named figures in two columns: names, and as many values. */
final class Figures {
  private Figures() {}

  static String[] names(Map<String, Double> figures) {
    return figures.keySet().toArray(String[]::new);
  }

  static Double[] values(Map<String, Double> figures) {
    return figures.values().toArray(Double[]::new);
  }

  static Map<String, Double> read(String[] names, Double[] values) {
    var figures = new LinkedHashMap<String, Double>();
    for (int i = 0; i < names.length; i++) {
      figures.put(names[i], values[i]);
    }
    return figures;
  }
}
