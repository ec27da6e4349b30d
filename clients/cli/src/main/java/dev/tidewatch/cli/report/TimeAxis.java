package dev.tidewatch.cli.report;

import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round places on a time axis of microseconds, and how they are written. */
final class TimeAxis {
  private static final int MARKS_MAX = 9;
  private static final List<Duration> STEPS =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(3),
          Duration.ofHours(6),
          Duration.ofHours(12),
          Duration.ofDays(1),
          Duration.ofDays(2),
          Duration.ofDays(7),
          Duration.ofDays(14),
          Duration.ofDays(30),
          Duration.ofDays(91),
          Duration.ofDays(365),
          Duration.ofDays(1_826));

  private final ZoneId zone;
  private final Duration step;

  TimeAxis(ZoneId zone, double fromMicros, double toMicros) {
    this.zone = zone;
    Duration chosen = STEPS.getLast();
    for (Duration candidate : STEPS.reversed()) {
      if ((toMicros - fromMicros) / (candidate.toMillis() * 1e3) <= MARKS_MAX) {
        chosen = candidate;
      }
    }
    this.step = chosen;
  }

  Chart on(Chart chart, double fromMicros, double toMicros) {
    return chart.axis(marks(fromMicros, toMicros), this::text);
  }

  private List<Double> marks(double fromMicros, double toMicros) {
    List<Double> marks = new ArrayList<>();
    ZonedDateTime at = Times.toInstant((long) fromMicros).atZone(zone).truncatedTo(ChronoUnit.DAYS);
    Instant end = Times.toInstant((long) toMicros);
    while (!at.toInstant().isAfter(end) && marks.size() < 20) {
      double micros = Times.toMicros(at.toInstant());
      if (micros >= fromMicros) {
        marks.add(micros);
      }
      at = at.plus(step);
    }
    return marks;
  }

  private String text(double micros) {
    String pattern =
        step.compareTo(Duration.ofDays(1)) < 0
            ? "d MMM HH:mm"
            : step.compareTo(Duration.ofDays(300)) < 0 ? "d MMM" : "yyyy";
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
        .format(Times.toInstant((long) micros).atZone(zone));
  }
}
