package dev.tidewatch.inference.serving;

/**
 * Which model a caller wants. Empty as a whole: what is assigned to the series.
 *
 * @param model empty: the assignment's
 * @param version empty: by alias
 * @param alias empty: champion, unless a version is given
 */
public record ModelQuestion(String model, String version, String alias) {
  public static final ModelQuestion ASSIGNED = new ModelQuestion("", "", "");

  public ModelQuestion {
    if (!version.isEmpty() && !alias.isEmpty()) {
      throw new IllegalArgumentException("version %s and alias %s".formatted(version, alias));
    }
  }
}
