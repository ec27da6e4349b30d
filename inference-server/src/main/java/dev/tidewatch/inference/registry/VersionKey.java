package dev.tidewatch.inference.registry;

import java.util.Comparator;

/**
 * One version of a model.
 *
 * @param version semantic: {@code major.minor.patch}
 */
public record VersionKey(String model, String version) implements Comparable<VersionKey> {
  private static final Comparator<VersionKey> ORDER =
      Comparator.comparing(VersionKey::model)
          .thenComparing(VersionKey::version, VersionKey::compareVersions);

  public VersionKey {
    if (model.isEmpty() || version.isEmpty()) {
      throw new IllegalArgumentException("version '%s' of model '%s'".formatted(version, model));
    }
  }

  /** By model, then newest version first. */
  @Override
  public int compareTo(VersionKey other) {
    return ORDER.compare(this, other);
  }

  private static int compareVersions(String a, String b) {
    String[] left = a.split("\\.", -1);
    String[] right = b.split("\\.", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      int byLength = Integer.compare(right[i].length(), left[i].length());
      int order = byLength != 0 ? byLength : right[i].compareTo(left[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(right.length, left.length);
  }

  @Override
  public String toString() {
    return model + " " + version;
  }
}
