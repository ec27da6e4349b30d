package dev.tidewatch.cli;

import dev.tidewatch.cli.csv.CsvMapping;
import dev.tidewatch.cli.csv.CsvSource;
import dev.tidewatch.cli.csv.CsvSource.Place;
import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.cli.time.Durations;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.sdk.Acknowledgement;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.ReadingTotals;
import dev.tidewatch.sdk.Rejection;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.sdk.WriterSettings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sends one CSV file after the other through exactly-once writers, one writer per file. */
final class CsvUpload {
  private static final int PROBLEMS_SHOWN_MAX = 10;
  private static final int PROGRESS_ROWS = 256;

  private final Session session;
  private final CsvMapping mapping;
  private final char delimiter;
  private final WriterSettings settings;
  private final boolean strict;
  private final boolean restart;
  private final boolean dryRun;

  CsvUpload(
      Session session,
      CsvMapping mapping,
      char delimiter,
      WriterSettings settings,
      boolean strict,
      boolean restart,
      boolean dryRun) {
    this.session = session;
    this.mapping = mapping;
    this.delimiter = delimiter;
    this.settings = settings;
    this.strict = strict;
    this.restart = restart;
    this.dryRun = dryRun;
  }

  /**
   * What became of a file.
   *
   * @param resumedAfterLine 0 if it was read from the beginning
   * @param rows read in this run
   * @param readings found in them
   * @param missing values that the file leaves out
   * @param bad rows and values that are no readings
   * @param stopped true if {@code --strict} ended it early
   */
  record Result(
      Path file,
      List<String> series,
      long resumedAfterLine,
      long rows,
      long readings,
      long missing,
      long bad,
      ReadingTotals totals,
      double seconds,
      boolean stopped) {
    boolean isFlawed() {
      return bad > 0 || totals.rejected() > 0;
    }
  }

  Result run(Path file) throws IOException, InterruptedException {
    long startedNanos = System.nanoTime();
    CsvSource source;
    try {
      source = CsvSource.open(file, delimiter, mapping);
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + ": " + e.getMessage());
    }
    var rows = new Rows(file);
    try (source) {
      ReadingTotals totals = ReadingTotals.NONE;
      if (dryRun) {
        read(file, source, rows);
      } else {
        try (IngestWriter writer =
            session.tidewatch().ingest().openWriter("csv:" + source.identity(), settings, rows)) {
          rows.writer = writer;
          resume(file, source, rows, writer);
          read(file, source, rows);
          if (rows.resumedAfterLine > 0 && rows.rows == 0) {
            session.say(
                "%s: nothing new; all %s lines were taken in before (--restart sends them again)"
                    .formatted(file.getFileName(), Numbers.count(rows.resumedAfterLine)));
          }
          writer.flush();
          totals = writer.totals();
        }
      }
      return new Result(
          file,
          List.copyOf(rows.series),
          rows.resumedAfterLine,
          rows.rows,
          rows.readings,
          source.missing(),
          rows.bad,
          totals,
          (System.nanoTime() - startedNanos) / 1e9,
          rows.stopped());
    }
  }

  private void resume(Path file, CsvSource source, Rows rows, IngestWriter writer)
      throws IOException {
    String position = new String(writer.sourcePosition(), StandardCharsets.UTF_8);
    String[] parts = position.split(" ", -1);
    if (restart || parts.length != 3 || !parts[0].equals("csv1")) {
      return;
    }
    var place = new Place(Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    if (source.skipTo(place)) {
      rows.resumedAfterLine = place.lines();
    } else {
      throw new UsageException(
          file + ": is shorter than what an earlier run read of it; use --restart to read it all");
    }
  }

  private void read(Path file, CsvSource source, Rows rows)
      throws IOException, InterruptedException {
    try (Progress progress =
        session.progress(String.valueOf(file.getFileName()), "B", textBytes(file))) {
      while (!rows.stopped() && source.readRow(rows)) {
        rows.rethrow();
        if (rows.rows % PROGRESS_ROWS == 0) {
          progress.at(source.offset(), Numbers.count(rows.rows) + " rows");
        }
      }
      rows.rethrow();
    }
  }

  /** Exact for plain files; what the trailer says for gzip; 0 if that cannot be. */
  private static long textBytes(Path file) throws IOException {
    long size = Files.size(file);
    try (var raw = new RandomAccessFile(file.toFile(), "r")) {
      boolean gzip = size > 18 && raw.read() == 0x1f && raw.read() == 0x8b;
      if (!gzip) {
        return size;
      }
      raw.seek(size - 4);
      long text = Integer.toUnsignedLong(Integer.reverseBytes(raw.readInt()));
      return text >= size ? text : 0;
    }
  }

  /** Takes what a file holds and hands it to the writer; hears what the server says of it. */
  private final class Rows implements CsvSource.Sink, IngestListener {
    private final Path file;
    private final TreeSet<String> series = new TreeSet<>();
    private @Nullable IngestWriter writer;
    private @Nullable InterruptedException interrupted;
    private long resumedAfterLine;
    private long rows;
    private long readings;
    private long bad;
    private long rejectionsShown;

    Rows(Path file) {
      this.file = file;
    }

    @Override
    public void reading(String name, long timeMicros, double value) {
      readings++;
      series.add(name);
      if (writer != null && interrupted == null) {
        try {
          writer.append(name, timeMicros, value);
        } catch (InterruptedException e) {
          interrupted = e;
        }
      }
    }

    @Override
    public void rowDone(Place place) {
      if (rows++ == 0 && resumedAfterLine > 0) {
        session.say(
            "%s: going on after line %s, where an earlier run stopped (--restart reads all of it)"
                .formatted(file.getFileName(), Numbers.count(resumedAfterLine)));
      }
      // Under --strict the bad row is to be read again once it is mended.
      if (writer != null && interrupted == null && !stopped()) {
        try {
          String position = "csv1 " + place.offset() + " " + place.lines();
          writer.mark(position.getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
          interrupted = e;
        }
      }
    }

    @Override
    public void bad(long line, String problem) {
      bad++;
      if (bad <= PROBLEMS_SHOWN_MAX || strict) {
        session.warn("%s:%d: %s".formatted(file, line, problem));
      } else if (bad == PROBLEMS_SHOWN_MAX + 1) {
        session.warn(file + ": further bad rows are counted, not shown");
      }
    }

    @Override
    public void acknowledged(Acknowledgement acknowledgement) {
      for (Rejection rejection : acknowledgement.rejections()) {
        if (rejectionsShown++ < PROBLEMS_SHOWN_MAX) {
          session.warn(
              "%s: rejected %s %s %s: %s%s"
                  .formatted(
                      file,
                      rejection.series(),
                      session.show(Moments.ofMicros(rejection.timeMicros())),
                      Numbers.exact(rejection.value()),
                      rejection.reason(),
                      rejection.message().isEmpty() ? "" : " (" + rejection.message() + ")"));
        } else if (rejectionsShown == PROBLEMS_SHOWN_MAX + 1) {
          session.warn(file + ": further rejected readings are counted, not shown");
        }
      }
    }

    @Override
    public void disconnected(TidewatchException cause, Duration retryIn) {
      session.warn(
          "connection lost (%s); trying again in %s"
              .formatted(Failures.lines(cause).getFirst(), Durations.format(retryIn)));
    }

    boolean stopped() {
      return strict && bad > 0;
    }

    void rethrow() throws InterruptedException {
      if (interrupted != null) {
        throw interrupted;
      }
    }
  }
}
