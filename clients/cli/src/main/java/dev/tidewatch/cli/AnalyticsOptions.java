package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsResponse;
import dev.tidewatch.proto.monitor.v1.ExportFormat;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.sdk.ProtoTimes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all analytics share: a span of time, and a file instead of a table. */
final class AnalyticsOptions {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "First time: now-7d, 2024-03-01, '2024-03-01 10:00', an epoch.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Time before which to stop, written the same way (now).")
  private String to = "now";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write a file instead: CSV, or JSON Lines if its name ends in .jsonl.")
  private @Nullable Path output;

  TimeRange range(Session session) {
    Instant first = session.moment("--from", from);
    Instant end = session.moment("--to", to);
    if (!first.isBefore(end)) {
      throw new UsageException(
          "--to: " + session.show(end) + " is not after --from " + session.show(first));
    }
    return TimeRange.newBuilder()
        .setFrom(ProtoTimes.timestamp(first))
        .setTo(ProtoTimes.timestamp(end))
        .build();
  }

  static String zone(Session session) {
    return session.options().zone().getId().replaceAll("^Z$", "UTC");
  }

  boolean toFile() {
    return output != null;
  }

  /** Puts the answer into the file, which is there as a whole or not at all. */
  int write(Session session, ExportAnalyticsRequest.Builder question) throws IOException {
    Path target = output;
    if (target == null) {
      throw new IllegalStateException("no file was named");
    }
    boolean lines = target.toString().toLowerCase(Locale.ROOT).endsWith(".jsonl");
    question.setFormat(
        lines ? ExportFormat.EXPORT_FORMAT_JSON_LINES : ExportFormat.EXPORT_FORMAT_CSV);
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      try (var stream = session.tidewatch().monitor().analytics().export(question.build());
          OutputStream file = Files.newOutputStream(part)) {
        while (stream.hasNext()) {
          ExportAnalyticsResponse message = stream.next();
          message.getChunk().writeTo(file);
        }
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    if (session.json()) {
      session.print(
          Session.object().put("file", target.toString()).put("bytes", Files.size(target)));
    } else {
      session.print("Wrote " + target + ".");
    }
    return ExitCode.OK;
  }
}
