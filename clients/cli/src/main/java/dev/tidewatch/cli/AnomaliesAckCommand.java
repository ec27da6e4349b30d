package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Acknowledges anomalies. */
@Command(
    name = "ack",
    description = "Say that somebody has seen these anomalies.",
    footer = {
      "  tidewatch anomalies ack 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --comment 'sensor replaced'",
      "  tidewatch anomalies ack 3f2a9c0d5e6b7a8190a1b2c3d4e5f607 --as night-shift --json"
    })
final class AnomaliesAckCommand implements Callable<Integer> {
  private static final int SHORTEST = 6;
  private static final int SEARCHED_MAX = 10_000;

  private final Session session;

  @Parameters(
      arity = "1..*",
      paramLabel = "ID",
      description = "As 'anomalies list' shows them; six or more digits are enough.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--as", paramLabel = "NAME", description = "Who acknowledges (the user).")
  private @Nullable String actor;

  @Option(names = "--comment", paramLabel = "TEXT", description = "What was found.")
  private String comment = "";

  AnomaliesAckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String who = actor != null ? actor : session.environment().getOrDefault("USER", "cli");
    var array = Session.object().putArray("anomalies");
    for (String typed : ids) {
      String id = whole(typed);
      Anomaly anomaly = session.tidewatch().monitor().acknowledge(id, who, comment);
      array.add(ProtoJson.object(anomaly));
      if (!session.json()) {
        session.print(
            "Acknowledged %s: %s at %s."
                .formatted(id, anomaly.getSeries(), session.show(anomaly.getTime())));
      }
    }
    if (session.json()) {
      session.print(array);
    }
    return ExitCode.OK;
  }

  /** The id that begins so, among the newest. */
  private String whole(String typed) {
    if (typed.length() < SHORTEST || typed.length() >= 32) {
      return typed;
    }
    var request = ListAnomaliesRequest.newBuilder().setPageSize(1000).build();
    List<String> found =
        session
            .tidewatch()
            .monitor()
            .listAnomalies(request)
            .limit(SEARCHED_MAX)
            .map(Anomaly::getId)
            .filter(id -> id.startsWith(typed))
            .toList();
    if (found.size() > 1) {
      throw new UsageException("ID: " + typed + " begins several: " + String.join(", ", found));
    }
    return found.isEmpty() ? typed : found.getFirst();
  }
}
