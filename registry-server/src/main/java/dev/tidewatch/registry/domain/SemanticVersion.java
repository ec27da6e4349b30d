package dev.tidewatch.registry.domain;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The number of a version, ordered part by part. Each part is 0 to {@value #PART_MAX}. */
public record SemanticVersion(int major, int minor, int patch)
    implements Comparable<SemanticVersion> {
  public static final int PART_MAX = 999_999;

  /** What the first version of a model is called. */
  public static final SemanticVersion FIRST = new SemanticVersion(1, 0, 0);

  private static final Pattern TEXT =
      Pattern.compile("(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})");
  private static final Comparator<SemanticVersion> BY_PARTS =
      Comparator.comparingInt(SemanticVersion::major)
          .thenComparingInt(SemanticVersion::minor)
          .thenComparingInt(SemanticVersion::patch);

  public SemanticVersion {
    requirePart("major", major);
    requirePart("minor", minor);
    requirePart("patch", patch);
  }

  /**
   * Reads {@code major.minor.patch}.
   *
   * @throws IllegalArgumentException if the text is anything else, leading zeros included
   */
  public static SemanticVersion parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no version; write major.minor.patch such as 1.4.0");
    }
    return new SemanticVersion(
        Integer.parseInt(parts.group(1)),
        Integer.parseInt(parts.group(2)),
        Integer.parseInt(parts.group(3)));
  }

  /**
   * The number after this one.
   *
   * @throws IllegalArgumentException if the part is at its end
   */
  public SemanticVersion next(VersionBump bump) {
    return switch (bump) {
      case MAJOR -> new SemanticVersion(major + 1, 0, 0);
      case MINOR -> new SemanticVersion(major, minor + 1, 0);
      case PATCH -> new SemanticVersion(major, minor, patch + 1);
    };
  }

  @Override
  public int compareTo(SemanticVersion other) {
    return BY_PARTS.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }

  private static void requirePart(String name, int value) {
    if (value < 0 || value > PART_MAX) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be 0 to " + PART_MAX);
    }
  }
}
