package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.proto.ingest.v1.ExportFormat;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.ResumableStream;
import dev.tidewatch.sdk.TidewatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes readings to a file. */
@Command(
    name = "export",
    description = {
      "Write the readings of series to a file, or to standard output, all from one moment.",
      "CSV has the columns series,time,value,quality; times are ISO-8601 in UTC. The file appears"
          + " when it is complete; until then FILE.part and FILE.part.json hold what has come, and"
          + " the same command goes on where it was broken off. 'ingest csv' reads CSV back."
    },
    footer = {
      "  tidewatch export AP-AP -o ap.csv",
      "  tidewatch export 'hq/*' --from now-30d -o hq.jsonl.gz",
      "  tidewatch export 'hq/*' -o hq.parquet --as-of 2024-03-01",
      "  tidewatch export --format jsonl | jq -c 'select(.value > 100)'"
    })
final class ExportCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final SelectionOptions selection = new SelectionOptions();

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to; gzipped if it ends in .gz. Default: standard output.")
  private @Nullable Path output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "csv, jsonl or parquet (by the file's name, else csv).")
  private @Nullable String format;

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "As it would have been exported then.")
  private @Nullable String asOf;

  @Option(names = "--restart", description = "Do not go on with what an earlier run left.")
  private boolean restart;

  ExportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    var request =
        ExportReadingsRequest.newBuilder()
            .setSelection(selection.selection())
            .setRange(range.range(session))
            .setFormat(format());
    if (asOf != null) {
      request.getAsOfBuilder().setCommitTime(ProtoTimes.timestamp(session.moment("--as-of", asOf)));
    }
    if (output == null) {
      toStandardOutput(request.build());
      return ExitCode.OK;
    }
    return toFile(request.build(), output);
  }

  private ExportFormat format() {
    String wanted = format;
    String name = String.valueOf(output).toLowerCase(Locale.ROOT);
    if (wanted == null) {
      boolean lines =
          name.endsWith(".jsonl")
              || name.endsWith(".jsonl.gz")
              || (output == null && session.json());
      wanted = lines ? "jsonl" : name.contains(".parquet") ? "parquet" : "csv";
    }
    return switch (wanted) {
      case "csv" -> ExportFormat.EXPORT_FORMAT_CSV;
      case "jsonl" -> ExportFormat.EXPORT_FORMAT_JSON_LINES;
      case "parquet" -> {
        if (name.endsWith(".gz")) {
          throw new UsageException("--output: Parquet is compressed itself; leave out .gz");
        }
        yield ExportFormat.EXPORT_FORMAT_PARQUET;
      }
      default ->
          throw new UsageException("--format: '" + wanted + "' is none of csv, jsonl, parquet");
    };
  }

  private void toStandardOutput(ExportReadingsRequest request) throws IOException {
    try (var stream = open(request)) {
      while (stream.hasNext()) {
        stream.next().getChunk().writeTo(session.out());
      }
    }
    session.out().flush();
  }

  private int toFile(ExportReadingsRequest request, Path target) throws IOException {
    String asked =
        request.toBuilder().clearRange().clearAsOf().build().toString()
            + range.typed()
            + " "
            + asOf;
    long count;
    FeedToken position = FeedToken.getDefaultInstance();
    try (PartFile file = PartFile.open(target, asked, request, restart);
        Progress progress = session.progress("exporting", "readings", 0)) {
      count = file.readings();
      if (count > 0) {
        session.say("Going on after " + Numbers.count(count) + " readings.");
      }
      try (var stream = open(file.request())) {
        while (stream.hasNext()) {
          ExportReadingsResponse message = stream.next();
          count = message.getReadingsExported();
          position = message.getFeedPosition();
          file.add(message.getChunk(), message.getResumeToken(), count);
          progress.at(count);
        }
      }
      file.complete();
    } catch (TidewatchException e) {
      if (Files.exists(target.resolveSibling(target.getFileName() + ".part.json"))) {
        session.say("What has come is kept: the same command goes on; --restart begins again.");
      }
      throw e;
    }
    if (session.json()) {
      session.print(
          Session.object()
              .put("file", target.toString())
              .put("readings", count)
              .put("bytes", Files.size(target))
              .put("feed_position", position.getEpoch() + ":" + position.getPosition()));
    } else {
      session.print(
          "Wrote %s readings to %s (%s)."
              .formatted(Numbers.count(count), target, Numbers.bytes(Files.size(target))));
    }
    return ExitCode.OK;
  }

  private ResumableStream<ExportReadingsResponse> open(ExportReadingsRequest request) {
    return session
        .tidewatch()
        .ingest()
        .export(request)
        .onBreak(failure -> session.warn(failure.description() + "; trying again"));
  }
}
