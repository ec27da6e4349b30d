package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which series take the roles of a model, by an assignment's bindings. */
public final class RoleSeries {
  private RoleSeries() {}

  /**
   * The series of every role, in their order.
   *
   * @param first takes the first role
   * @param bindings series or patterns by role, see {@link
   *     dev.tidewatch.inference.registry.Assignment}
   * @throws FailedPrecondition {@code COVARIATE_MISSING} for a role that is not bound to a name
   */
  public static List<SeriesName> all(
      BundleManifest manifest, VersionKey version, String first, Map<String, String> bindings) {
    var all = new ArrayList<SeriesName>();
    all.add(new SeriesName(first));
    List<Role> roles = manifest.roles();
    roles.subList(1, roles.size()).forEach(role -> all.add(of(role, version, first, bindings)));
    return List.copyOf(all);
  }

  /**
   * @param series takes the first role
   * @throws FailedPrecondition {@code COVARIATE_MISSING}
   */
  public static SeriesName of(
      Role role, VersionKey version, String series, Map<String, String> bindings) {
    String pattern = bindings.get(role.name());
    if (pattern == null) {
      throw missing(role, version, "is neither bound by an assignment nor given");
    }
    String parent = series.substring(0, Math.max(0, series.lastIndexOf('/')));
    try {
      return new SeriesName(pattern.replace("{series}", series).replace("{parent}", parent));
    } catch (IllegalArgumentException e) {
      throw missing(role, version, "is bound to '%s': %s".formatted(pattern, e.getMessage()));
    }
  }

  /** A series that a role is bound to, and that ingest does not know. */
  public static FailedPrecondition unknown(Role role, SeriesName series, Throwable cause) {
    return new FailedPrecondition(
            "COVARIATE_MISSING",
            "covariate %s is bound to %s, which ingest does not know; give its values, or store them"
                .formatted(role.name(), series),
            cause)
        .with("role", role.name());
  }

  /** A role without values. */
  public static FailedPrecondition missing(Role role, VersionKey version, String what) {
    return new FailedPrecondition(
            "COVARIATE_MISSING",
            "covariate %s of %s %s; give its values, or bind its series in the assignment"
                .formatted(role.name(), version, what))
        .with("role", role.name());
  }
}
