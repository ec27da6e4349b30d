package dev.tidewatch.registry.domain;

import dev.tidewatch.timeseries.SeriesName;

/**
 * The series that takes a role of a model.
 *
 * @param series a series name, in which {@value #SERIES} stands for the matched series and {@value
 *     #PARENT} for it without its last segment
 */
public record RoleBinding(String role, String series) {
  static final String SERIES = "{series}";
  static final String PARENT = "{parent}";

  public RoleBinding {
    if (role.isEmpty()) {
      throw new IllegalArgumentException("role is empty");
    }
    // Whatever stands for the braces, the rest must make a series name.
    new SeriesName(series.replace(SERIES, "x").replace(PARENT, "x"));
  }
}
