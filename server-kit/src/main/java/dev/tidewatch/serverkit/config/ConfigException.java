package dev.tidewatch.serverkit.config;

import java.util.List;

/** Everything that is wrong with a configuration, at once. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigProblem> problems;

  ConfigException(List<ConfigProblem> problems) {
    super(
        problems.stream()
            .map(problem -> "\n  " + problem)
            .reduce("the configuration has " + count(problems.size()), String::concat));
    this.problems = List.copyOf(problems);
  }

  /** At least one, in the order of the keys. */
  public List<ConfigProblem> problems() {
    return problems;
  }

  private static String count(int problems) {
    return problems == 1 ? "a problem:" : problems + " problems:";
  }
}
