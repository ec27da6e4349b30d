package dev.tidewatch.cli;

import dev.tidewatch.timeseries.SeriesName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Series read beside those that are forecast. */
final class CovariateOptions {
  @Option(
      names = "--covariate",
      paramLabel = "ROLE=SERIES",
      description =
          "Read the past of another series too, such as temperature=site/air; for families that read"
              + " covariates; may be repeated.")
  private Map<String, String> covariates = new LinkedHashMap<>();

  boolean isEmpty() {
    return covariates.isEmpty();
  }

  /** By role. */
  SortedMap<String, SeriesName> byRole() {
    var byRole = new TreeMap<String, SeriesName>();
    covariates.forEach((role, name) -> {
      if (!role.matches("[a-z0-9_]{1,64}")) {
        throw new UsageException("--covariate: role '" + role + "' must be 1 to 64 of a-z 0-9 _");
      }
      try {
        byRole.put(role, new SeriesName(name));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--covariate: " + e.getMessage());
      }
    });
    return byRole;
  }
}
