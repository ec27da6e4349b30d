package dev.tidewatch.cli;

import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/** Series named on the command line; one that ends in {@code *} means all that begin so. */
final class SeriesArguments {
  private SeriesArguments() {}

  /**
   * @throws UsageException if none is found
   */
  static List<SeriesName> resolve(Session session, List<String> names) {
    List<SeriesName> found = new ArrayList<>();
    stream(session, names).forEachRemaining(found::add);
    if (found.isEmpty()) {
      throw new UsageException("SERIES: no series match " + String.join(" ", names));
    }
    return found;
  }

  /** Asked for page by page, as they are used; no names mean every series. */
  static Iterator<SeriesName> stream(Session session, List<String> names) {
    Iterator<String> asked = (names.isEmpty() ? List.of("*") : names).iterator();
    // Not a flat map: its iterator would fetch all pages of a name at once.
    return new Iterator<>() {
      private Iterator<SeriesName> current = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!current.hasNext() && asked.hasNext()) {
          current = named(session, asked.next()).iterator();
        }
        return current.hasNext();
      }

      @Override
      public SeriesName next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return current.next();
      }
    };
  }

  private static Stream<SeriesName> named(Session session, String name) {
    if (name.endsWith("*")) {
      String prefix = name.substring(0, name.length() - 1);
      return session
          .tidewatch()
          .ingest()
          .listSeries(prefix, "")
          .map(series -> new SeriesName(series.getName()));
    }
    try {
      return Stream.of(new SeriesName(name));
    } catch (IllegalArgumentException e) {
      throw new UsageException("SERIES: " + e.getMessage());
    }
  }
}
