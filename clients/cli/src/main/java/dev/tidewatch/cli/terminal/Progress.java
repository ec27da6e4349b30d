package dev.tidewatch.cli.terminal;

import dev.tidewatch.cli.time.Durations;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far long work has come: on a terminal as a bar that redraws itself, with rate and time
 * left; elsewhere as a plain line every ten seconds. Writes to the error stream, so that output
 * stays clean. Not thread-safe, except that calls may come from one thread at a time.
 */
public final class Progress implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long PLAIN_LINE_NANOS = 10_000_000_000L;
  private static final int BAR_CELLS = 24;
  private static final String PARTS = " ▏▎▍▌▋▊▉";

  private final PrintStream err;
  private final boolean redraws;
  private final int columns;
  private final LongSupplier nanoTime;
  private final String label;
  private final String unit;
  private final long total;
  private final long startedNanos;
  private long shownNanos;
  private int shownWidth;
  private long done;
  private String note = "";

  /**
   * @param redraws true on a terminal
   * @param columns width of the terminal
   * @param nanoTime as {@link System#nanoTime}
   * @param label what is being done
   * @param unit what is counted: {@code rows}; {@code B} shows sizes, the empty text only the share
   * @param total how many there are; 0 if nobody knows
   */
  public Progress(
      PrintStream err,
      boolean redraws,
      int columns,
      LongSupplier nanoTime,
      String label,
      String unit,
      long total) {
    this.err = err;
    this.redraws = redraws;
    this.columns = columns;
    this.nanoTime = nanoTime;
    this.label = label;
    this.unit = unit;
    this.total = total;
    this.startedNanos = nanoTime.getAsLong();
    this.shownNanos = startedNanos;
  }

  /** So many are done. */
  public void at(long done) {
    at(done, note);
  }

  /** So many are done, and something short is to be said about it. */
  public void at(long done, String note) {
    this.done = done;
    this.note = note;
    long now = nanoTime.getAsLong();
    if (now - shownNanos >= (redraws ? REDRAW_NANOS : PLAIN_LINE_NANOS)) {
      show(now);
    }
  }

  private void show(long now) {
    shownNanos = now;
    String line = DisplayWidth.cut(line(now), Math.max(columns - 1, 20));
    if (redraws) {
      int width = DisplayWidth.of(line);
      err.print("\r" + line + " ".repeat(Math.max(shownWidth - width, 0)));
      err.flush();
      shownWidth = width;
    } else {
      err.println(line);
    }
  }

  private String line(long now) {
    double seconds = Math.max((now - startedNanos) / 1e9, 1e-3);
    double rate = done / seconds;
    var line = new StringBuilder(label).append("  ");
    if (total > 0) {
      double share = Math.min((double) done / total, 1);
      if (redraws) {
        line.append('│').append(bar(share)).append("│ ");
      }
      line.append(String.format(Locale.ROOT, "%3d %%  ", (int) (share * 100)));
    }
    if (!unit.isEmpty()) {
      if (total > 0) {
        line.append(unit.equals("B") ? Numbers.bytes(done) : Numbers.count(done));
        line.append(" of ").append(amount(total));
      } else {
        line.append(amount(done));
      }
      line.append("  ").append(amount(Math.round(rate))).append("/s");
    }
    if (total > 0 && done > 0 && done < total) {
      long left = Math.round((total - done) / rate);
      line.append("  ").append(Durations.format(Duration.ofSeconds(left))).append(" left");
    }
    return note.isEmpty() ? line.toString() : line.append("  ").append(note).toString();
  }

  private String amount(long value) {
    return unit.equals("B") ? Numbers.bytes(value) : Numbers.count(value) + " " + unit;
  }

  private static String bar(double share) {
    int eighths = (int) (share * BAR_CELLS * 8);
    var bar = new StringBuilder("█".repeat(eighths / 8));
    if (bar.length() < BAR_CELLS) {
      bar.append(PARTS.charAt(eighths % 8));
    }
    return bar.append(" ".repeat(Math.max(BAR_CELLS - bar.length(), 0))).toString();
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (redraws && shownWidth > 0) {
      err.print("\r" + " ".repeat(shownWidth) + "\r");
      err.flush();
      shownWidth = 0;
    }
  }
}
