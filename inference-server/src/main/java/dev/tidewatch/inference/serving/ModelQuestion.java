package dev.tidewatch.inference.serving;

/**
 * Which model a caller wants. Empty as a whole: what is assigned to the series.
 *
 * @param model empty: the assignment's
 * @param version empty: by alias
 * @param alias empty: champion, and those it shares the traffic with, unless a version is given
 * @param routingKey decides whether a canary answers; empty: the series
 */
public record ModelQuestion(String model, String version, String alias, String routingKey) {
  public static final ModelQuestion ASSIGNED = new ModelQuestion("", "", "");

  public ModelQuestion {
    if (!version.isEmpty() && !alias.isEmpty()) {
      throw new IllegalArgumentException("version %s and alias %s".formatted(version, alias));
    }
  }

  public ModelQuestion(String model, String version, String alias) {
    this(model, version, alias, "");
  }

  boolean picks() {
    return !version.isEmpty() || !alias.isEmpty();
  }
}
