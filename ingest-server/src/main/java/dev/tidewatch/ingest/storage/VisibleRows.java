package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.timeseries.Times;
import java.util.stream.Collectors;

/** Says in SQL what a view shows. Everything put into the text is a number or a time of our own. */
final class VisibleRows {
  private VisibleRows() {}

  /**
   * Rows (time, value, quality) of series {@code s.id} that the view shows: as they are, and as
   * they were before they were replaced later. Both halves in one statement, since a row may move
   * from one table to the other between two. Each half has the limit too, so that each walks its
   * index instead of sorting all that is there.
   *
   * @param order {@code time} or {@code time DESC}
   */
  static String of(ReadView view, TimeSpan span, String order, long limit, long offset) {
    String within =
        "series_id = s.id AND time >= '%s' AND time < '%s'"
            .formatted(Times.toInstant(span.fromMicros()), Times.toInstant(span.toMicros()));
    String sorted = " ORDER BY " + order + " LIMIT ";
    return """
    (SELECT time, value, quality FROM reading WHERE %s AND %s %s)
    UNION ALL
    (SELECT time, value, quality FROM reading_superseded WHERE %s AND %s AND NOT %s %s) %s\
    """
        .formatted(
            within,
            visible("commit_id", view),
            sorted + (limit + offset),
            within,
            visible("commit_id", view),
            visible("superseded_by", view),
            sorted + (limit + offset),
            sorted + limit + " OFFSET " + offset);
  }

  /** Whether the view shows what a commit did. */
  static String visible(String column, ReadView view) {
    String settled = column + " < " + view.settledBelow();
    return view.recent().isEmpty()
        ? "(" + settled + ")"
        : "(%s OR %s IN (%s))"
            .formatted(
                settled,
                column,
                view.recent().stream()
                    .map(id -> Long.toString(id))
                    .collect(Collectors.joining(",")));
  }
}
