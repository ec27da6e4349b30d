package dev.tidewatch.ingest.catalog;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Where the catalogue lasts. Every change is a commit of its own and travels in the feed. */
public interface SeriesStore {
  /**
   * Some series and the catalogue revision of the snapshot they were read from.
   *
   * @param series not deleted, in no order
   */
  record Snapshot(List<Series> series, long revision) {
    public Snapshot {
      series = List.copyOf(series);
    }
  }

  /** What was created, and the catalogue revision. */
  record Created(List<Series> series, long position) {
    public Created {
      series = List.copyOf(series);
    }
  }

  /** A series after a change, and the commit that made it. */
  record Changed(Series series, long position) {}

  /** Names that do not exist are left out. */
  Snapshot find(Collection<String> names);

  /** Series changed or deleted after the revision, deleted ones included. */
  Snapshot changedAfter(long revision);

  /** Where the catalogue stands now: it moves with every change but creation. */
  long revision();

  /**
   * Creates those that are not there; others are left as they are. The answer holds only what was
   * created.
   */
  Created createMissing(Collection<SeriesDescription> descriptions, boolean auto, Instant now);

  /**
   * Replaces the description, if the series still has the given revision.
   *
   * @return empty if it has another one, or is gone
   */
  Optional<Changed> update(Series known, SeriesDescription description, Instant now);

  /**
   * One page in the order of names.
   *
   * @param after the last name of the page before; empty: from the first
   */
  List<Series> page(SeriesSelection selection, String after, int limit);

  /**
   * Just the ids, from memory or an index.
   *
   * @return by name, in the order of names; names that do not exist are left out
   */
  SortedMap<String, Integer> ids(Collection<String> names);

  /**
   * One page of the devices that series name, with how many do, in the order of their names.
   *
   * @param prefix beginning of the name
   * @param after the last name of the page before; empty: from the first
   */
  SortedMap<String, Integer> devices(String prefix, String after, int limit);

  /** How many series are not deleted, as an estimate that is cheap. */
  long estimatedCount();

  /**
   * Time of the newest reading by series id, in microseconds; a series without readings is left
   * out.
   */
  java.util.Map<Integer, Long> heads(Collection<Integer> seriesIds);
}
