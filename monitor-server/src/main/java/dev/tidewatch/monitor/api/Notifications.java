package dev.tidewatch.monitor.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.tidewatch.monitor.alert.AlertStore.ChangedAlert;
import dev.tidewatch.monitor.delivery.DeliveryFormat;
import dev.tidewatch.monitor.delivery.NotificationFormats;
import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertEvent;
import dev.tidewatch.proto.monitor.v1.AlertNotification;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.AlertTransition;
import dev.tidewatch.proto.monitor.v1.Severity;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * Bodies of webhooks: the contract's JSON; Slack's incoming webhooks (a text with {@code blocks});
 * Alertmanager's API v2 ({@code postableAlerts}). Thread-safe.
 */
public final class Notifications implements NotificationFormats {
  /** An alert that fires is sent once, so Alertmanager must not end it by itself before long. */
  private static final long FIRES_SECONDS_MAX = 365L * 86_400;

  private static final int SLACK_TEXT_MAX = 2_900;
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private final InstantSource clock;

  /**
   * @param clock domain time
   */
  public Notifications(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String event(ChangedAlert changed) {
    return json(
        AlertEvent.newBuilder()
            .setTransition(AlertMessages.write(changed.transition()))
            .setAlert(AlertMessages.write(changed.alert(), List.of())));
  }

  @Override
  public String testEvent() {
    Timestamp now = Wire.time(clock.instant());
    return json(
        AlertEvent.newBuilder()
            .setTransition(
                AlertTransition.newBuilder()
                    .setAlertId("00000000000000000000000000000000")
                    .setTo(AlertState.ALERT_STATE_FIRING)
                    .setTime(now)
                    .setReason("somebody tests this target"))
            .setAlert(
                Alert.newBuilder()
                    .setId("00000000000000000000000000000000")
                    .setRule("test")
                    .setSeverity(Severity.SEVERITY_LOW)
                    .setState(AlertState.ALERT_STATE_FIRING)
                    .putLabels("series", "test")
                    .setSummary("This is a test of the delivery of alerts.")
                    .setAdvice("Nothing is to be done.")
                    .setPendingSince(now)
                    .setFiringSince(now)
                    .setOccurrences(1)));
  }

  /**
   * The event of its JSON.
   *
   * @throws IllegalStateException if it is none, though only {@link #event} writes them
   */
  static AlertEvent parse(String event) {
    try {
      var message = AlertEvent.newBuilder();
      PARSER.merge(event, message);
      return message.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a queued event cannot be read", e);
    }
  }

  private static String json(MessageOrBuilder message) {
    try {
      return JSON.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the contract's messages have a JSON form", e);
    }
  }

  @Override
  public String body(
      DeliveryFormat format, String delivery, String target, List<String> events, boolean test) {
    List<AlertEvent> parsed = events.stream().map(Notifications::parse).toList();
    return switch (format) {
      case JSON ->
          json(
              AlertNotification.newBuilder()
                  .setDeliveryId(delivery)
                  .setTarget(target)
                  .addAllEvents(parsed)
                  .setTest(test));
      case SLACK -> json(slack(parsed));
      case ALERTMANAGER -> json(alertmanager(parsed));
    };
  }

  private static Struct slack(List<AlertEvent> events) {
    var lines = new ArrayList<String>();
    var details = new ArrayList<Value>();
    for (AlertEvent event : events) {
      String line = slackLine(event);
      lines.add(line);
      var text =
          new StringBuilder(line).append('\n').append(escaped(event.getAlert().getSummary()));
      if (!event.getAlert().getAdvice().isEmpty()) {
        text.append("\n_").append(escaped(event.getAlert().getAdvice())).append('_');
      }
      if (!event.getAlert().getTraceId().isEmpty()) {
        text.append("\ntrace `").append(event.getAlert().getTraceId()).append('`');
      }
      // Slack takes 50 blocks at most; the text names all.
      if (details.size() < 49) {
        details.add(section(shortened(text.toString())));
      }
    }
    return Struct.newBuilder()
        .putFields("text", text(shortened(String.join("\n", lines))))
        .putFields("blocks", list(details))
        .build();
  }

  private static String slackLine(AlertEvent event) {
    Alert alert = event.getAlert();
    String about = String.join(" ", new TreeMap<>(alert.getLabelsMap()).values());
    return "%s *%s* %s%s: %s"
        .formatted(
            event.getTransition().getTo() == AlertState.ALERT_STATE_RESOLVED
                ? ":white_check_mark:"
                : ":rotating_light:",
            bare(event.getTransition().getTo().name(), "ALERT_STATE_").toUpperCase(Locale.ROOT),
            bare(alert.getSeverity().name(), "SEVERITY_"),
            alert.getRule().isEmpty() ? "" : " " + escaped(alert.getRule()),
            escaped(about));
  }

  private static Value section(String markdown) {
    return struct(
        Struct.newBuilder()
            .putFields("type", text("section"))
            .putFields(
                "text",
                struct(
                    Struct.newBuilder()
                        .putFields("type", text("mrkdwn"))
                        .putFields("text", text(markdown)))));
  }

  /** The three characters that Slack gives a meaning to. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String shortened(String text) {
    return text.length() <= SLACK_TEXT_MAX ? text : text.substring(0, SLACK_TEXT_MAX) + " …";
  }

  private static ListValue alertmanager(List<AlertEvent> events) {
    var all = ListValue.newBuilder();
    for (AlertEvent event : events) {
      Alert alert = event.getAlert();
      var labels =
          Struct.newBuilder()
              .putFields("alertname", text(alert.getRule()))
              .putFields("severity", text(bare(alert.getSeverity().name(), "SEVERITY_")));
      alert.getLabelsMap().forEach((name, value) -> labels.putFields(name, text(value)));
      var annotations =
          Struct.newBuilder()
              .putFields("summary", text(alert.getSummary()))
              .putFields("alert_id", text(alert.getId()));
      if (!alert.getAdvice().isEmpty()) {
        annotations.putFields("advice", text(alert.getAdvice()));
      }
      if (!alert.getTraceId().isEmpty()) {
        annotations.putFields("trace_id", text(alert.getTraceId()));
      }
      Timestamp begin = alert.hasFiringSince() ? alert.getFiringSince() : alert.getPendingSince();
      Timestamp end =
          event.getTransition().getTo() == AlertState.ALERT_STATE_RESOLVED
              ? event.getTransition().getTime()
              : begin.toBuilder().setSeconds(begin.getSeconds() + FIRES_SECONDS_MAX).build();
      all.addValues(
          struct(
              Struct.newBuilder()
                  .putFields("labels", struct(labels))
                  .putFields("annotations", struct(annotations))
                  .putFields("startsAt", text(Timestamps.toString(begin)))
                  .putFields("endsAt", text(Timestamps.toString(end)))));
    }
    return all.build();
  }

  private static String bare(String constant, String prefix) {
    return constant.substring(prefix.length()).toLowerCase(Locale.ROOT);
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value list(List<Value> values) {
    return Value.newBuilder().setListValue(ListValue.newBuilder().addAllValues(values)).build();
  }

  private static Value struct(Struct.Builder struct) {
    return Value.newBuilder().setStructValue(struct).build();
  }
}
