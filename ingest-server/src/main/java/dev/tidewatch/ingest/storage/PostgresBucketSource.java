package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.query.BucketColumn;
import dev.tidewatch.ingest.query.BucketSource;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.serverkit.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jooq.exception.DataAccessException;

/**
 * Sums up by buckets: from rollups where they are exact for the view, from readings for the rest.
 * Thread-safe; its cursors are not.
 */
public final class PostgresBucketSource implements BucketSource {
  private static final int GROUP_ROWS = 1_024;
  private static final int PAGE_ROWS = 65_536;

  private final Database database;
  private final ReadingQueries readings;
  private final LongAdder readingsRead = new LongAdder();

  public PostgresBucketSource(Database database, ReadingQueries readings) {
    this.database = database;
    this.readings = readings;
  }

  /** How many readings were read since the start, where rollups did not serve. */
  public long readingsRead() {
    return readingsRead.sum();
  }

  @Override
  public Cursor open(ReadView view, TimeSpan span, boolean useRollups) {
    var changes = useRollups ? new ChangesSince(span) : null;
    return (series, starts, within, withSketches) -> {
      var columns = new ArrayList<BucketColumn>(series.size());
      for (int i = 0; i < series.size(); i++) {
        columns.add(new BucketColumn(starts, withSketches));
      }
      long from = Math.max(within.fromMicros(), starts[0]);
      long to = Math.min(within.toMicros(), starts[starts.length - 1]);
      if (from >= to || series.isEmpty()) {
        return columns;
      }
      List<Integer> ids = series.stream().map(Series::id).toList();
      Map<TimeSpan, List<Integer>> rest = new HashMap<>();
      if (changes == null) {
        rest.put(new TimeSpan(from, to), all(ids.size()));
      } else {
        var rollups =
            new RollupReading(view, changes, ids, starts, from, to, withSketches, columns);
        inSnapshot(rollups);
        rest.putAll(rollups.rest());
      }
      rest.forEach((part, indexes) -> read(view, ids, indexes, part, columns));
      return columns;
    };
  }

  private static List<Integer> all(int size) {
    var indexes = new ArrayList<Integer>(size);
    for (int i = 0; i < size; i++) {
      indexes.add(i);
    }
    return indexes;
  }

  private void inSnapshot(RollupReading work) {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
        work.run(connection);
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new DataAccessException("reading rollups", e);
    }
  }

  /** Adds the readings of a span. */
  private void read(
      ReadView view,
      List<Integer> ids,
      List<Integer> indexes,
      TimeSpan span,
      List<BucketColumn> columns) {
    int rows = indexes.size() == 1 ? PAGE_ROWS : GROUP_ROWS;
    List<ReadingColumn> pages =
        readings.page(view, indexes.stream().map(ids::get).toList(), span, rows, false);
    for (int i = 0; i < indexes.size(); i++) {
      ReadingColumn page = pages.get(i);
      BucketColumn column = columns.get(indexes.get(i));
      add(page, column);
      int size = rows;
      while (page.size() == size) {
        size = PAGE_ROWS;
        page =
            readings
                .page(
                    view,
                    List.of(ids.get(indexes.get(i))),
                    span.from(page.nextMicros()),
                    PAGE_ROWS,
                    false)
                .getFirst();
        add(page, column);
      }
    }
  }

  private void add(ReadingColumn page, BucketColumn column) {
    for (int row = 0; row < page.size(); row++) {
      column.add(page.timeMicros(row), page.value(row));
    }
    readingsRead.add(page.size());
  }
}
