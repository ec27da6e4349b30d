package dev.tidewatch.monitor;

import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.alert.AccuracyEvaluator;
import dev.tidewatch.monitor.alert.AlertLife;
import dev.tidewatch.monitor.alert.AlertRuleStore;
import dev.tidewatch.monitor.alert.AlertStore;
import dev.tidewatch.monitor.alert.AlertTail;
import dev.tidewatch.monitor.alert.AnomalyFollower;
import dev.tidewatch.monitor.alert.Condition;
import dev.tidewatch.monitor.alert.ConditionEvaluator;
import dev.tidewatch.monitor.alert.DriftEvaluator;
import dev.tidewatch.monitor.alert.HealthEvaluator;
import dev.tidewatch.monitor.alert.RuleEvaluator;
import dev.tidewatch.monitor.alert.ServerEvaluator;
import dev.tidewatch.monitor.alert.ServerEvaluator.ServerProbe;
import dev.tidewatch.monitor.alert.SilenceStore;
import dev.tidewatch.monitor.alert.StalenessEvaluator;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyTail;
import dev.tidewatch.monitor.api.AlertSpans;
import dev.tidewatch.monitor.drift.DriftStore;
import dev.tidewatch.monitor.ingest.GrpcSeriesSource;
import dev.tidewatch.monitor.servers.Probes;
import dev.tidewatch.monitor.storage.PostgresAlertJournal;
import dev.tidewatch.monitor.storage.PostgresAlertRuleStore;
import dev.tidewatch.monitor.storage.PostgresAlertStore;
import dev.tidewatch.monitor.storage.PostgresFollowedFeed;
import dev.tidewatch.monitor.storage.PostgresHealthStore;
import dev.tidewatch.monitor.storage.PostgresNewestPredictions;
import dev.tidewatch.monitor.storage.PostgresSilenceStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.Channel;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Rules, alerts and silences, and what keeps them up to date.
 *
 * @param tail wakes whoever waits for transitions
 */
record Alerting(AlertRuleStore rules, AlertStore alerts, SilenceStore silences, AlertTail tail) {
  /**
   * Starts to follow the anomalies and to look at the rules.
   *
   * @param opened closes it
   * @param clock domain time
   */
  static Alerting open(
      MonitorConfig config,
      Database database,
      Channel ingest,
      Channel registry,
      AnomalyStore anomalies,
      AnomalyTail anomalyTail,
      AccuracyStore accuracy,
      DriftStore drift,
      InstantSource clock,
      Telemetry telemetry,
      CloseStack opened) {
    var rules = new PostgresAlertRuleStore(database);
    var alerts = new PostgresAlertStore(database);
    var journal =
        new PostgresAlertJournal(database, new AlertLife(new AlertSpans(telemetry.tracer())));
    var tail = opened.push(new AlertTail(alerts, config.watchInterval()).start());
    var series = new GrpcSeriesSource(ingest, config.queryDeadline());
    opened.push(new AnomalyFollower(anomalies, anomalyTail, journal, tail, series, clock).start());
    var newest = new PostgresNewestPredictions(database);
    Map<Class<? extends Condition>, ConditionEvaluator> evaluators =
        Map.of(
            Condition.Accuracy.class,
            new AccuracyEvaluator(accuracy, newest, series),
            Condition.Drift.class,
            new DriftEvaluator(drift, newest, series),
            Condition.Health.class,
            new HealthEvaluator(new PostgresHealthStore(database), series),
            Condition.Staleness.class,
            new StalenessEvaluator(series),
            Condition.Server.class,
            new ServerEvaluator(probes(config, database, ingest, registry, telemetry, opened)));
    opened.push(
        new RuleEvaluator(
                UUID.randomUUID().toString(),
                rules,
                journal,
                tail,
                evaluators,
                clock,
                InstantSource.system(),
                config.alertInterval(),
                config.leaseTerm())
            .start());
    return new Alerting(rules, alerts, new PostgresSilenceStore(database), tail);
  }

  private static Map<String, ServerProbe> probes(
      MonitorConfig config,
      Database database,
      Channel ingest,
      Channel registry,
      Telemetry telemetry,
      CloseStack opened) {
    var probes = new LinkedHashMap<String, ServerProbe>();
    probes.put("ingest", Probes.ingest(ingest));
    probes.put("monitor", Probes.monitor(ingest, new PostgresFollowedFeed(database)));
    probes.put("registry", Probes.health(registry));
    if (!config.alertInferenceTarget().isEmpty()) {
      var like = config.ingest();
      var inference =
          opened.push(
              GrpcChannel.open(
                  new ClientConfig(
                      config.alertInferenceTarget(),
                      like.apiKey(),
                      like.tls(),
                      like.authorities(),
                      like.certificate(),
                      like.key(),
                      like.maxMessageSize(),
                      like.keepAliveTime()),
                  telemetry));
      probes.put("inference", Probes.inference(inference.channel()));
    }
    return probes;
  }
}
