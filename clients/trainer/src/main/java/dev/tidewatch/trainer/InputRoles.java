package dev.tidewatch.trainer;

import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Several series as the inputs of one detector. */
final class InputRoles {
  /** As many as an assignment binds beside the first. */
  static final int OTHERS_MAX = 64;

  private static final int ROLE_CHARACTERS_MAX = 64;

  private InputRoles() {}

  /**
   * The same plan with the first series as what is watched, and each other as a covariate whose
   * role is the last segment of its name, or the whole name where that is taken.
   *
   * @throws IllegalArgumentException if there is but one series, or there are too many
   */
  static TrainingPlan of(TrainingPlan plan) {
    var covariates = new TreeMap<>(plan.covariates());
    for (SeriesName other : plan.series().subList(1, plan.series().size())) {
      String segment = other.value().substring(other.value().lastIndexOf('/') + 1);
      String role = role(segment);
      if (role.equals(Role.TARGET.name()) || covariates.containsKey(role)) {
        role = role(other.value());
      }
      if (role.equals(Role.TARGET.name()) || covariates.putIfAbsent(role, other) != null) {
        throw new IllegalArgumentException(
            "series: %s has no role name of its own; give it one as a covariate".formatted(other));
      }
    }
    if (covariates.isEmpty() || covariates.size() > OTHERS_MAX) {
      throw new IllegalArgumentException(
          "series: family %s reads 2 to %d aligned series, and %d is given"
              .formatted(plan.family(), OTHERS_MAX + 1, covariates.size() + 1));
    }
    return plan.over(plan.model(), List.of(plan.series().getFirst())).withCovariates(covariates);
  }

  private static String role(String text) {
    String role = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    return role.substring(Math.max(0, role.length() - ROLE_CHARACTERS_MAX));
  }
}
