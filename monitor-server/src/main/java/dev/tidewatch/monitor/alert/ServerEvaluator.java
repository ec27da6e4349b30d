package dev.tidewatch.monitor.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks servers how they are: whether they serve, and whether they say that they lose something. */
public final class ServerEvaluator implements ConditionEvaluator {
  /** Asks one server. Called by one thread; answers within seconds whatever happens. */
  @FunctionalInterface
  public interface ServerProbe {
    /** What is wrong with it; empty: nothing. */
    Optional<Trouble> ask();
  }

  /**
   * What is wrong with a server.
   *
   * @param sentence without the server's name, such as {@code does not answer}
   */
  public record Trouble(String sentence, Map<String, Double> figures) {
    public Trouble {
      figures = Map.copyOf(figures);
    }
  }

  private final Map<String, ServerProbe> probes;

  /**
   * @param probes by the name of the server
   */
  public ServerEvaluator(Map<String, ServerProbe> probes) {
    this.probes = new LinkedHashMap<>(probes);
  }

  @Override
  public List<Finding> evaluate(AlertRule rule, Instant now) {
    String asked = ((Condition.Server) rule.condition()).server();
    var findings = new ArrayList<Finding>();
    probes.forEach((server, probe) -> {
      if (asked.isEmpty() || asked.equals(server)) {
        probe
            .ask()
            .ifPresent(trouble ->
                findings.add(
                    Finding.holds(
                        AlertLabels.ofServer(server),
                        "The %s server %s".formatted(server, trouble.sentence()),
                        trouble.figures(),
                        now)));
      }
    });
    return findings;
  }
}
