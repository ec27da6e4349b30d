package dev.tidewatch.monitor.registry;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What guards the champion said of a version.
 *
 * @param pending the version is being checked by the servers; ask again later
 */
public record GateAnswer(boolean pending, List<Verdict> verdicts) {
  /** The gate of approvals by people. */
  public static final String APPROVALS = "approvals";

  public GateAnswer {
    verdicts = List.copyOf(verdicts);
  }

  /**
   * What one gate said.
   *
   * @param explanation the figures, in a sentence
   */
  public record Verdict(String gate, boolean passed, String explanation) {}

  /** Whether all passed but those that wait for people. */
  public boolean passed() {
    return verdicts.stream().allMatch(v -> v.passed() || v.gate().equals(APPROVALS));
  }

  /** Whether people must still agree. */
  public boolean waitsForPeople() {
    return verdicts.stream().anyMatch(v -> !v.passed() && v.gate().equals(APPROVALS));
  }

  /** Why it did not pass, or why it did. */
  public String sentence() {
    boolean all = passed();
    return verdicts.stream()
        .filter(v -> all || (!v.passed() && !v.gate().equals(APPROVALS)))
        .map(v -> v.gate() + ": " + v.explanation())
        .collect(Collectors.joining("; "));
  }
}
