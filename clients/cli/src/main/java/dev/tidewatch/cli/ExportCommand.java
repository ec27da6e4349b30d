package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes readings to a file. */
@Command(
    name = "export",
    description = {
      "Write the readings of series to a file, or to standard output.",
      "CSV has the columns series,time,value; times are ISO-8601 in UTC. The file appears when it"
          + " is complete. 'ingest csv' reads it back."
    },
    footer = {
      "  tidewatch export AP-AP -o ap.csv",
      "  tidewatch export 'hq/*' --from now-30d -o hq.jsonl.gz",
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
      description = "csv or jsonl (by the file's name, else csv).")
  private @Nullable String format;

  ExportCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    boolean jsonLines = isJsonLines();
    var request =
        QueryReadingsRequest.newBuilder()
            .setSelection(selection.selection())
            .setRange(range.range(session))
            .build();
    if (output == null) {
      var writer = new OutputStreamWriter(session.out(), StandardCharsets.UTF_8);
      write(request, writer, jsonLines);
      writer.flush();
      return ExitCode.OK;
    }
    Path part = output.resolveSibling(output.getFileName() + ".part");
    long count;
    try {
      try (Writer writer = new OutputStreamWriter(open(part, output), StandardCharsets.UTF_8)) {
        count = write(request, writer, jsonLines);
      }
      Files.move(part, output, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    if (session.json()) {
      session.print(
          Session.object()
              .put("file", output.toString())
              .put("readings", count)
              .put("bytes", Files.size(output)));
    } else {
      session.print(
          "Wrote %s readings to %s (%s)."
              .formatted(Numbers.count(count), output, Numbers.bytes(Files.size(output))));
    }
    return ExitCode.OK;
  }

  private boolean isJsonLines() {
    if (format == null) {
      String name = String.valueOf(output).toLowerCase(Locale.ROOT);
      return name.endsWith(".jsonl")
          || name.endsWith(".jsonl.gz")
          || (output == null && session.json());
    }
    return switch (format) {
      case "csv" -> false;
      case "jsonl" -> true;
      default -> throw new UsageException("--format: '" + format + "' is neither csv nor jsonl");
    };
  }

  private static OutputStream open(Path part, Path target) throws IOException {
    OutputStream raw = Files.newOutputStream(part);
    try {
      return target.toString().endsWith(".gz") ? new GZIPOutputStream(raw, 1 << 16) : raw;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private long write(QueryReadingsRequest request, Writer to, boolean jsonLines)
      throws IOException {
    long count = 0;
    try (var stream = session.tidewatch().ingest().query(request);
        Progress progress = session.progress("exporting", "readings", 0)) {
      var block = new StringBuilder();
      if (!jsonLines) {
        block.append("series,time,value\n");
      }
      while (stream.hasNext()) {
        QueryReadingsResponse message = stream.next();
        for (SeriesReadings column : message.getColumnsList()) {
          for (int i = 0; i < column.getTimesMicrosCount(); i++) {
            append(block, column, i, jsonLines);
          }
          count += column.getTimesMicrosCount();
        }
        to.append(block);
        block.setLength(0);
        progress.at(count);
      }
      to.append(block);
    }
    return count;
  }

  /** Names hold nothing that CSV or JSON would have to quote. */
  private static void append(StringBuilder block, SeriesReadings column, int i, boolean jsonLines) {
    String time = Moments.ofMicros(column.getTimesMicros(i)).toString();
    String value = Numbers.exact(column.getValues(i));
    if (jsonLines) {
      block.append("{\"series\":\"").append(column.getSeries());
      block.append("\",\"time\":\"").append(time);
      block.append("\",\"value\":").append(value).append("}\n");
    } else {
      block.append(column.getSeries()).append(',').append(time).append(',').append(value);
      block.append('\n');
    }
  }
}
