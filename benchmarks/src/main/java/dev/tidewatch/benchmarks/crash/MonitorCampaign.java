package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.AlertReceiverProcess;
import dev.tidewatch.benchmarks.AlertReceiverProcess.Told;
import dev.tidewatch.benchmarks.ServerProcess;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AnomalyCondition;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.CreateDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.DeliveryFormat;
import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.standalone.FreePort;
import dev.tidewatch.standalone.figures.Figures;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One campaign: a database, a monitor and a webhook receiver in processes of their own; the monitor
 * is killed at random instants while predictions are recorded, anomalies raise alerts, people
 * acknowledge them, and all of it is delivered. Used once, by one thread.
 */
final class MonitorCampaign {
  private static final long QUIET_MILLIS_MAX = 1_500;
  private static final long PROGRESS_SECONDS_MAX = 60;
  private static final long WEBHOOKS_SECONDS_MAX = 120;

  private final CampaignOrder<MonitorSabotage> order;
  private final Path folder;
  private final PrintStream progress;
  private final RandomGenerator random;
  private final MonitorVerdict verdict = new MonitorVerdict();
  private final List<Double> startSeconds = new ArrayList<>();
  private final Figures webhooks = new Figures();

  /**
   * @param folder for database and logs; made by the caller
   * @param progress gets a line for each kill
   */
  MonitorCampaign(CampaignOrder<MonitorSabotage> order, Path folder, PrintStream progress) {
    this.order = order;
    this.folder = folder;
    this.progress = progress;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(order.seed());
  }

  MonitorVerdict verdict() {
    return verdict;
  }

  /** Runs it. */
  Figures run() throws Exception {
    try (var opened = new CloseStack()) {
      return run(opened);
    }
  }

  private Figures run(CloseStack opened) throws Exception {
    long started = System.nanoTime();
    var database = EmbeddedUnderFire.start(folder.resolve("postgres"));
    opened.push(database);
    var receiver = opened.push(AlertReceiverProcess.start());
    var server =
        opened.push(
            Campaigns.server(
                ServerProcess.Kind.MONITOR,
                database,
                folder.resolve("monitor.log"),
                List.of(
                    // Nobody is there: no actuals are taken.
                    "--monitor.ingest.target=127.0.0.1:" + FreePort.take(),
                    "--monitor.registry.target=127.0.0.1:" + FreePort.take(),
                    // What a kill left under way is sent again soon.
                    "--monitor.delivery.timeout=500ms",
                    "--monitor.lease-term=2s")));
    var channel =
        opened.push(
            GrpcChannel.open(ClientConfig.to("127.0.0.1:" + server.port()), Telemetry.disabled()));
    prepare(channel, receiver);
    var clients = MonitorClients.start(channel.channel(), verdict);
    for (int kill = 1; kill <= order.kills(); kill++) {
      awaitProgress(clients);
      TimeUnit.MILLISECONDS.sleep(random.nextLong(QUIET_MILLIS_MAX));
      server.assertAlive();
      server.kill();
      long killed = System.nanoTime();
      server.startAgain();
      startSeconds.add((System.nanoTime() - killed) / 1e9);
      progress.printf(
          "%4d of %d, back after %.1f s; %d predictions, %d anomalies, %d acknowledgements%n",
          kill,
          order.kills(),
          startSeconds.getLast(),
          clients.predictions.size(),
          clients.anomalies.size(),
          clients.acknowledgedAlerts.size());
    }
    awaitProgress(clients);
    clients.stop();
    progress.println("verifying …");
    try (var connection = database.connect()) {
      verify(clients, connection, receiver);
    }
    List<Double> sorted = startSeconds.stream().sorted().toList();
    var figures = new Figures().put("kills", startSeconds.size());
    verdict.addTo(figures);
    return figures
        .putAll(webhooks)
        .put("predictions", clients.predictions.size())
        .put("anomalies", clients.anomalies.size())
        .put("acknowledgements", clients.acknowledgedAlerts.size())
        .put("start_s_p50", sorted.get(sorted.size() / 2))
        .put("start_s_max", sorted.getLast())
        .put("seed", order.seed())
        .put("seconds", (System.nanoTime() - started) / 1e9);
  }

  private static void prepare(GrpcChannel channel, AlertReceiverProcess receiver) {
    var alerts =
        AlertServiceGrpc.newBlockingStub(channel.channel())
            .withWaitForReady()
            .withDeadlineAfter(60, TimeUnit.SECONDS);
    var _ =
        alerts.createDeliveryTarget(
            CreateDeliveryTargetRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setTarget(
                    DeliveryTarget.newBuilder()
                        .setName("crash")
                        .setUrl(receiver.url().toString())
                        .setFormat(DeliveryFormat.DELIVERY_FORMAT_JSON)
                        .setAttemptsMax(100))
                .build());
    var _ =
        alerts.createAlertRule(
            CreateAlertRuleRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setRule(
                    AlertRule.newBuilder()
                        .setName("crash")
                        .setSeriesPattern(MonitorClients.SERIES + "*")
                        .setAnomaly(AnomalyCondition.getDefaultInstance())
                        .setSeverity(Severity.SEVERITY_HIGH))
                .build());
  }

  /** So that no kill comes before anything was under way. */
  private static void awaitProgress(MonitorClients clients) throws InterruptedException {
    Map<String, Integer> before = clients.progress();
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS_MAX);
    while (clients.progress().entrySet().stream()
        .anyMatch(one -> one.getValue() <= before.getOrDefault(one.getKey(), 0))) {
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException("nothing is acknowledged: " + clients.progress());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void verify(MonitorClients clients, Connection connection, AlertReceiverProcess receiver)
      throws Exception {
    awaitAlerts(clients, connection);
    if (order.sabotage().isPresent()) {
      order.sabotage().get().harm(connection);
    }
    verifyPredictions(clients, connection);
    verifyTransitions(clients, connection);
    verifyWebhooks(connection, receiver);
  }

  private void verifyPredictions(MonitorClients clients, Connection connection)
      throws SQLException {
    Map<String, Integer> stored = new HashMap<>();
    Map<String, Integer> steps = new HashMap<>();
    count(
        connection,
        "SELECT name || ' ' || extract(epoch FROM origin)::bigint FROM monitor.prediction"
            + " JOIN monitor.series USING (series_id)",
        stored);
    count(
        connection,
        "SELECT name || ' ' || extract(epoch FROM origin)::bigint FROM monitor.prediction_step"
            + " JOIN monitor.series USING (series_id)",
        steps);
    clients.predictions.stream()
        .filter(key -> !stored.containsKey(key))
        .forEach(key -> verdict.fault(verdict.lostPredictions, "prediction %s is gone", key));
    stored.forEach((key, times) -> {
      if (times > 1) {
        verdict.fault(verdict.doubledPredictions, "prediction %s is there %d times", key, times);
      }
      int its = steps.getOrDefault(key, 0);
      if (its != times * MonitorClients.STEPS) {
        verdict.fault(verdict.halfPredictions, "prediction %s has %d steps", key, its);
      }
    });
  }

  /** Alerts are raised a moment after their anomalies were kept. */
  private static void awaitAlerts(MonitorClients clients, Connection connection)
      throws SQLException, InterruptedException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(WEBHOOKS_SECONDS_MAX);
    while (System.nanoTime() < giveUp) {
      Map<String, Integer> alerts = new HashMap<>();
      count(connection, "SELECT series FROM monitor.alert", alerts);
      if (alerts.keySet().containsAll(clients.anomalies)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private void verifyTransitions(MonitorClients clients, Connection connection)
      throws SQLException {
    Map<String, Integer> anomalies = new HashMap<>();
    count(
        connection,
        "SELECT name FROM monitor.anomaly JOIN monitor.series USING (series_id)",
        anomalies);
    Map<String, Integer> firing = new HashMap<>();
    count(
        connection,
        "SELECT series FROM monitor.alert_transition JOIN monitor.alert USING (alert_id)"
            + " WHERE to_state = 2",
        firing);
    for (String series : clients.anomalies) {
      if (anomalies.getOrDefault(series, 0) != 1) {
        verdict.fault(
            verdict.lostAnomalies, "%s: %d anomalies", series, anomalies.getOrDefault(series, 0));
      }
    }
    for (String series : anomalies.keySet()) {
      int times = firing.getOrDefault(series, 0);
      if (times == 0) {
        verdict.fault(verdict.lostTransitions, "%s: no alert fired", series);
      } else if (times > 1) {
        verdict.fault(verdict.doubledTransitions, "%s: fired %d times", series, times);
      }
    }
    Map<String, Integer> acknowledged = new HashMap<>();
    count(
        connection,
        "SELECT alert_id FROM monitor.alert_transition WHERE to_state = 3",
        acknowledged);
    for (String alert : clients.acknowledgedAlerts) {
      if (!acknowledged.containsKey(alert)) {
        verdict.fault(verdict.lostTransitions, "alert %s: acknowledgement is gone", alert);
      }
    }
    acknowledged.forEach((alert, times) -> {
      if (times > 1) {
        verdict.fault(verdict.doubledTransitions, "alert %s: acknowledged %d times", alert, times);
      }
    });
    long missing =
        one(
            connection,
            "SELECT coalesce(max(position), 0) - count(*) FROM monitor.alert_transition");
    if (missing != 0) {
      verdict.fault(verdict.gaps, "%d positions are nobody's", missing);
    }
  }

  private void verifyWebhooks(Connection connection, AlertReceiverProcess receiver)
      throws Exception {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(WEBHOOKS_SECONDS_MAX);
    Set<String> expected = transitions(connection);
    List<Told> told = receiver.received();
    while (!heard(told).containsAll(expected) && System.nanoTime() < giveUp) {
      TimeUnit.MILLISECONDS.sleep(500);
      told = receiver.received();
    }
    Set<String> heard = heard(told);
    for (String transition : expected) {
      if (!heard.contains(transition)) {
        verdict.fault(verdict.missingWebhooks, "no webhook: %s", transition);
      }
    }
    Map<String, String> deliveries = new HashMap<>();
    for (Told one : told) {
      String before = deliveries.putIfAbsent(key(one), one.delivery());
      if (before != null && !before.equals(one.delivery())) {
        verdict.fault(verdict.otherIds, "%s came as %s and %s", key(one), before, one.delivery());
      }
    }
    webhooks
        .put("transitions", expected.size())
        .put("webhooks", told.size())
        .put("duplicates", told.size() - heard.size());
  }

  private static Set<String> heard(List<Told> told) {
    Set<String> heard = new HashSet<>();
    told.forEach(one -> heard.add(key(one)));
    return heard;
  }

  private static String key(Told one) {
    return one.alert() + " " + one.to();
  }

  /** As {@link #key} names them; no alert enters a state twice here. */
  private static Set<String> transitions(Connection connection) throws SQLException {
    Map<String, Integer> rows = new HashMap<>();
    count(
        connection,
        "SELECT replace(alert_id::text, '-', '') || ' ALERT_STATE_' || (ARRAY['PENDING', 'FIRING',"
            + " 'ACKNOWLEDGED', 'RESOLVED'])[to_state] FROM monitor.alert_transition",
        rows);
    return rows.keySet();
  }

  /** How often each value is there; ids as the API shows them. */
  private static void count(Connection connection, String query, Map<String, Integer> into)
      throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      while (rows.next()) {
        Object value = rows.getObject(1);
        String text = value instanceof UUID id ? id.toString().replace("-", "") : "" + value;
        into.merge(text, 1, Integer::sum);
      }
    }
  }

  private static long one(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
