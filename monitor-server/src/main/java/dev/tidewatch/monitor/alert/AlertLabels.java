package dev.tidewatch.monitor.alert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an alert is about; what it is not about is empty.
 *
 * @param model a detector too
 */
public record AlertLabels(
    String series, String model, String version, String device, String server) {
  /** Names of all labels, in their order. */
  public static final List<String> NAMES =
      List.of("series", "model", "version", "device", "server");

  public static AlertLabels ofSeries(String series, String device) {
    return new AlertLabels(series, "", "", device, "");
  }

  public static AlertLabels ofVersion(String series, String model, String version) {
    return new AlertLabels(series, model, version, "", "");
  }

  public static AlertLabels ofServer(String server) {
    return new AlertLabels("", "", "", "", server);
  }

  /** The value of a label; absent if there is no such label or the alert is not about one. */
  public Optional<String> get(String label) {
    String value =
        switch (label) {
          case "series" -> series;
          case "model" -> model;
          case "version" -> version;
          case "device" -> device;
          case "server" -> server;
          default -> "";
        };
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** Those that are there, by name, in their order. */
  public Map<String, String> asMap() {
    var map = new LinkedHashMap<String, String>();
    NAMES.forEach(name -> get(name).ifPresent(value -> map.put(name, value)));
    return map;
  }
}
