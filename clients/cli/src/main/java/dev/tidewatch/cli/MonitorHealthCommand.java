package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Sparkline;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.GetHealthTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetHealthTrendResponse;
import dev.tidewatch.proto.monitor.v1.HealthPart;
import dev.tidewatch.proto.monitor.v1.HealthScore;
import dev.tidewatch.proto.monitor.v1.ListHealthScoresRequest;
import dev.tidewatch.proto.monitor.v1.SubjectKind;
import dev.tidewatch.sdk.ProtoTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how models, series and devices are doing. */
@Command(
    name = "health",
    description = "Show how models, series and devices are doing, from 0 to 100, worst first.",
    footer = {
      "  tidewatch monitor health",
      "  tidewatch monitor health --kind device --below 80",
      "  tidewatch monitor health hq/ahu-1 --kind device",
      "  tidewatch monitor health 'hq/*' --kind series --json"
    })
final class MonitorHealthCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "SUBJECT",
      description = "A model, series or device (with --kind): its parts and course; or NAME*.")
  private @Nullable String subject;

  @Option(names = "--kind", paramLabel = "KIND", description = "model, series or device (all).")
  private @Nullable String kind;

  @Option(names = "--below", paramLabel = "SCORE", description = "Only scores of at most this.")
  private double below = 100;

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      description = "How far back the course of one subject goes (7d).")
  private String window = "7d";

  MonitorHealthCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    SubjectKind asked =
        kind == null
            ? SubjectKind.SUBJECT_KIND_UNSPECIFIED
            : SeriesCreateCommand.constant(SubjectKind.class, "SUBJECT_KIND_", "--kind", kind);
    if (subject != null && !subject.endsWith("*")) {
      if (kind == null) {
        throw new UsageException("--kind: say whether SUBJECT is a model, a series or a device");
      }
      return one(asked, subject);
    }
    var request =
        ListHealthScoresRequest.newBuilder()
            .setKind(asked)
            .setScoreMax(below)
            .setPageSize(Math.clamp(limit, 1, 1000));
    if (subject != null) {
      request.setSubjectPrefix(subject.substring(0, subject.length() - 1));
    }
    List<HealthScore> scores =
        session.tidewatch().monitor().healthScores(request.build()).limit(limit).toList();
    if (session.json()) {
      session.print(scores);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .right("SCORE")
            .whole("KIND")
            .left("SUBJECT")
            .whole("TREND")
            .left("RECOMMENDATION");
    for (HealthScore score : scores) {
      table.row(
          String.format(Locale.ROOT, "%.0f", score.getScore()),
          word(score.getKind().getValueDescriptor()),
          score.getSubject(),
          word(score.getTrend().getValueDescriptor()),
          score.getRecommendation());
    }
    session.print(table);
    if (scores.isEmpty()) {
      session.say("No scores match; they are made every few minutes.");
    }
    return ExitCode.OK;
  }

  private int one(SubjectKind asked, String name) {
    HealthScore score = session.tidewatch().monitor().healthScore(asked, name);
    Instant end = ProtoTimes.instant(score.getTime()).plus(Duration.ofSeconds(1));
    Duration back = session.duration("--window", window);
    var request =
        GetHealthTrendRequest.newBuilder()
            .setKind(asked)
            .setSubject(name)
            .setBucket(
                ProtoTimes.duration(Duration.ofMillis(Math.max(60_000, back.toMillis() / 60))));
    request
        .getRangeBuilder()
        .setFrom(ProtoTimes.timestamp(end.minus(back)))
        .setTo(ProtoTimes.timestamp(end));
    GetHealthTrendResponse course = session.tidewatch().monitor().healthTrend(request.build());
    if (session.json()) {
      var object = Session.object();
      object.set("score", ProtoJson.object(score));
      object.set("course", ProtoJson.object(course));
      session.print(object);
      return ExitCode.OK;
    }
    session.print(
        String.format(
            Locale.ROOT,
            "%s: %.0f of 100 at %s, %s",
            name,
            score.getScore(),
            session.show(score.getTime()),
            word(course.getTrend().getValueDescriptor())));
    session.print(
        Sparkline.of(
            course.getPointsList().stream().mapToDouble(HealthScore::getScore).toArray(), 60));
    var table = new Table().left("PART").right("SCORE").right("WEIGHT").left("WHY");
    for (HealthPart part : score.getPartsList()) {
      table.row(
          word(part.getKind().getValueDescriptor()),
          String.format(Locale.ROOT, "%.0f", part.getScore()),
          String.format(Locale.ROOT, "%.0f%%", 100 * part.getWeight()),
          part.getReason());
    }
    session.print(table);
    if (!score.getRecommendation().isEmpty()) {
      session.print("Do: " + score.getRecommendation());
    }
    return ExitCode.OK;
  }

  private static String word(com.google.protobuf.Descriptors.EnumValueDescriptor value) {
    return ProtoJson.bare(value).toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
