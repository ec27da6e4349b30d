package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidewatch.cli.csv.CsvMapping;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.cli.time.TimeFormat;
import dev.tidewatch.sdk.WriterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes CSV files in, each exactly once. */
@Command(
    name = "csv",
    description = {
      "Take CSV files in, plain or gzipped, each row exactly once.",
      "",
      "The first line names the columns. Long files name the series in a column (--series-column);"
          + " wide files have one series per value column. A run that was broken off goes on where"
          + " it stopped when it is started again, and a file that has grown is read from there.",
      "Bad rows are reported with their line and passed over; the exit code is 5 then."
    },
    footer = {
      "  tidewatch ingest csv pjm_load.csv.gz --series-prefix pjm",
      "  tidewatch ingest csv nab/*/*.csv",
      "  tidewatch ingest csv plant.csv --time-column Zeit --value-column Temp,Druck \\",
      "      --delimiter ';' --decimal-comma --time-zone Europe/Berlin --series 'plant/{column}'",
      "  tidewatch ingest csv meter.csv --time-format epoch-ms --dry-run"
    })
final class IngestCsvCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files: .csv, .csv.gz.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--time-column",
      paramLabel = "NAME",
      description =
          "Column of the times (timestamp, time, ds, datetime, date, ts; else the first).")
  private @Nullable String timeColumn;

  @Option(
      names = "--value-column",
      paramLabel = "NAME[,NAME]...",
      hideParamSyntax = true,
      split = ",",
      description = "Columns of values (value or y; else all that are left).")
  private List<String> valueColumns = new ArrayList<>();

  @Option(
      names = "--series-column",
      paramLabel = "NAME",
      description = "Column that names the series (unique_id, series_id or series, if there).")
  private @Nullable String seriesColumn;

  @Option(
      names = "--series",
      paramLabel = "TEMPLATE",
      description =
          "Name of the series, of {folder}, {file}, {column}, {id}. Default: {id} for long files,"
              + " {folder}/{file} for one value column, {folder}/{file}/{column} for several.")
  private @Nullable String seriesTemplate;

  @Option(
      names = "--series-prefix",
      paramLabel = "PREFIX",
      description = "Put before each name, with a slash between.")
  private String seriesPrefix = "";

  @Option(
      names = "--time-format",
      paramLabel = "FORMAT",
      description = "auto, iso, epoch-s, epoch-ms, epoch-us or epoch-ns (auto).")
  private String timeFormat = "auto";

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "Between fields; 'tab' for tabs (guessed from the first line).")
  private @Nullable String delimiter;

  @Option(names = "--decimal-comma", description = "Numbers are written like 3,5.")
  private boolean decimalComma;

  @Option(names = "--strict", description = "Stop at the first bad row.")
  private boolean strict;

  @Option(
      names = "--restart",
      description = "Read from the first row, even if an earlier run was here.")
  private boolean restart;

  @Option(
      names = "--no-create",
      description = "Reject readings of series that the catalogue does not have.")
  private boolean noCreate;

  @Option(names = "--dry-run", description = "Read and check the files, send nothing.")
  private boolean dryRun;

  IngestCsvCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new NoSuchFileException(file.toString());
      }
    }
    var settings = WriterSettings.USUAL.withCreateSeries(!noCreate);
    var upload =
        new CsvUpload(session, mapping(), delimiterChar(), settings, strict, restart, dryRun);
    List<CsvUpload.Result> results = new ArrayList<>();
    boolean stopped = false;
    for (Path file : files) {
      CsvUpload.Result result = upload.run(file);
      results.add(result);
      if (result.stopped()) {
        stopped = true;
        break;
      }
    }
    report(results);
    boolean flawed = stopped || results.stream().anyMatch(CsvUpload.Result::isFlawed);
    return flawed ? ExitCode.DATA_REJECTED : ExitCode.OK;
  }

  private CsvMapping mapping() {
    TimeFormat format;
    try {
      format = TimeFormat.valueOf(timeFormat.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--time-format: '"
              + timeFormat
              + "' is none of auto, iso, epoch-s, epoch-ms, epoch-us, epoch-ns");
    }
    return new CsvMapping(
        timeColumn,
        valueColumns,
        seriesColumn,
        seriesTemplate,
        seriesPrefix,
        format,
        session.options().zone(),
        decimalComma);
  }

  private char delimiterChar() {
    if (delimiter == null) {
      return 0;
    }
    if (delimiter.equals("tab") || delimiter.equals("\\t")) {
      return '\t';
    }
    if (delimiter.length() != 1) {
      throw new UsageException("--delimiter: '" + delimiter + "' is not one character, nor 'tab'");
    }
    return delimiter.charAt(0);
  }

  private void report(List<CsvUpload.Result> results) {
    if (session.json()) {
      var array = Session.object().putArray("files");
      results.forEach(result -> array.add(json(result)));
      session.print(array);
      return;
    }
    var table =
        new Table()
            .left("FILE")
            .left("SERIES")
            .right("ROWS")
            .right("READINGS")
            .right("NEW")
            .right("UNCHANGED")
            .right("REPLACED")
            .right("REJECTED")
            .right("BAD")
            .right("SECONDS");
    for (CsvUpload.Result result : results) {
      var totals = result.totals();
      table.row(
          result.file().getFileName().toString(),
          result.series().size() == 1
              ? result.series().getFirst()
              : Numbers.count(result.series().size()) + " series",
          Numbers.count(result.rows()),
          Numbers.count(result.readings()),
          Numbers.count(totals.accepted()),
          Numbers.count(totals.unchanged()),
          Numbers.count(totals.replaced()),
          Numbers.count(totals.rejected() + totals.dropped()),
          Numbers.count(result.bad()),
          String.format(Locale.ROOT, "%.1f", result.seconds()));
    }
    session.print(table);
    if (dryRun) {
      session.say("Dry run: nothing was sent.");
    }
  }

  private static ObjectNode json(CsvUpload.Result result) {
    var node = Session.object();
    node.put("file", result.file().toString());
    var series = node.putArray("series");
    result.series().forEach(series::add);
    node.put("resumed_after_row", result.resumedAfterLine());
    node.put("rows", result.rows());
    node.put("readings", result.readings());
    node.put("missing_values", result.missing());
    node.put("bad", result.bad());
    node.put("accepted", result.totals().accepted());
    node.put("unchanged", result.totals().unchanged());
    node.put("replaced", result.totals().replaced());
    node.put("dropped", result.totals().dropped());
    node.put("rejected", result.totals().rejected());
    node.put("seconds", result.seconds());
    node.put("stopped", result.stopped());
    return node;
  }
}
