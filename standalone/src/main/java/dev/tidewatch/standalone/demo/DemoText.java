package dev.tidewatch.standalone.demo;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.Locale;

/** What the demo says about single things. */
final class DemoText {
  private DemoText() {}

  static String line(Anomaly anomaly) {
    return String.format(
        Locale.ROOT,
        "%s  %-8s %-38s %.4g, expected %.4g%s",
        ProtoTimes.instant(anomaly.getTime()).toString().substring(0, 16),
        anomaly.getSeverity().name().replace("SEVERITY_", ""),
        anomaly.getSeries(),
        anomaly.getValue(),
        anomaly.getExpected(),
        anomaly.getReason().isEmpty() ? "" : ": " + anomaly.getReason());
  }

  static String verdict(FaultVerdict verdict) {
    var text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%d of %d planted faults were found in time, with %d false alarms:",
                verdict.found(),
                verdict.planted(),
                verdict.falseAlarms()));
    for (var kind : FaultKind.values()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %-12s %d of %d",
              kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
              verdict.foundByKind().getOrDefault(kind, 0),
              verdict.plantedByKind().getOrDefault(kind, 0)));
    }
    verdict.missed().forEach(line -> text.append("\n  missed: ").append(line));
    verdict.falselyAccused().forEach(line -> text.append("\n  false alarm: ").append(line));
    return text.toString();
  }
}
