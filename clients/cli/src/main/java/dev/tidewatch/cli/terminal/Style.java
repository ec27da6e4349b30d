package dev.tidewatch.cli.terminal;

/** Colours and weights, or none of them. */
public enum Style {
  PLAIN,
  COLOURED;

  public String bold(String text) {
    return in("1", text);
  }

  public String faint(String text) {
    return in("2", text);
  }

  public String red(String text) {
    return in("31", text);
  }

  public String green(String text) {
    return in("32", text);
  }

  public String yellow(String text) {
    return in("33", text);
  }

  private String in(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
