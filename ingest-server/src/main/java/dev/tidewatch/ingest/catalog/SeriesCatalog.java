package dev.tidewatch.ingest.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue as the intake sees it: entries by name, at most a bounded number in memory. An
 * entry may be out of date for a moment; a commit that was checked against an older {@link
 * #revision} is refused by the database and checked again after {@link #refresh}. Thread-safe.
 */
public final class SeriesCatalog {
  private final SeriesStore store;
  private final InstantSource clock;
  private final int entriesMax;
  private final ConcurrentHashMap<String, SeriesEntry> entries = new ConcurrentHashMap<>();
  private final Object revisionLock = new Object();

  @GuardedBy("revisionLock")
  private long revision;

  /**
   * @param entriesMax how many series are kept in memory; beyond it, those unused for longest go
   */
  public SeriesCatalog(SeriesStore store, InstantSource clock, int entriesMax) {
    if (entriesMax < 1) {
      throw new IllegalArgumentException("entriesMax: " + entriesMax);
    }
    this.store = store;
    this.clock = clock;
    this.entriesMax = entriesMax;
  }

  /** What every entry in memory is at least as new as. */
  public long revision() {
    synchronized (revisionLock) {
      return revision;
    }
  }

  /** The entry if it is in memory. */
  public @Nullable SeriesEntry cached(String name) {
    SeriesEntry entry = entries.get(name);
    if (entry != null) {
      entry.touch();
    }
    return entry;
  }

  /**
   * Entries of the names, from memory or from the database.
   *
   * @param createMissing create what does not exist, in a commit of its own
   * @return without the names that do not exist
   */
  public Map<String, SeriesEntry> resolve(Collection<String> names, boolean createMissing) {
    var found = new HashMap<String, SeriesEntry>();
    var missing = new ArrayList<String>();
    for (String name : names) {
      SeriesEntry entry = cached(name);
      if (entry == null) {
        missing.add(name);
      } else {
        found.put(name, entry);
      }
    }
    if (missing.isEmpty()) {
      return found;
    }
    load(missing, found);
    if (createMissing) {
      missing.removeAll(found.keySet());
      if (!missing.isEmpty()) {
        create(missing, found);
      }
    }
    return found;
  }

  /**
   * Identities of the names as the database has them now, most of them from memory: one look at the
   * catalogue's revision says whether what is there still holds.
   *
   * @return without the names that do not exist
   */
  public SortedMap<String, Integer> ids(Collection<String> names) {
    if (store.revision() > revision()) {
      refresh();
    }
    var ids = new TreeMap<String, Integer>();
    var missing = new ArrayList<String>();
    for (String name : names) {
      SeriesEntry entry = cached(name);
      if (entry == null) {
        missing.add(name);
      } else {
        ids.put(name, entry.id());
      }
    }
    if (!missing.isEmpty()) {
      ids.putAll(store.ids(missing));
    }
    return ids;
  }

  private void create(List<String> names, Map<String, SeriesEntry> found) {
    List<SeriesDescription> descriptions =
        names.stream()
            .map(name -> SeriesDescription.byName(new dev.tidewatch.timeseries.SeriesName(name)))
            .toList();
    SeriesStore.Created created = store.createMissing(descriptions, true, clock.instant());
    // Read back rather than keep what was returned: another one may have created, or changed, some
    // of them.
    load(names, found);
    created
        .series()
        .forEach(series -> {
          SeriesEntry entry = found.get(series.name());
          if (entry != null && entry.id() == series.id()) {
            entry.learnHead(SeriesEntry.HEAD_EMPTY);
          }
        });
  }

  private void load(List<String> names, Map<String, SeriesEntry> found) {
    SeriesStore.Snapshot snapshot = store.find(names);
    while (true) {
      synchronized (revisionLock) {
        if (snapshot.revision() >= revision) {
          for (Series series : snapshot.series()) {
            found.put(
                series.name(),
                entries.compute(
                    series.name(),
                    (name, known) ->
                        known != null && known.id() == series.id()
                            ? known
                            : new SeriesEntry(series)));
          }
          break;
        }
      }
      snapshot = store.find(names);
    }
    if (entries.size() > entriesMax) {
      evict();
    }
  }

  /** Second chance: what was not used since the last eviction goes, until a tenth is free. */
  private void evict() {
    int wanted = entries.size() - entriesMax + entriesMax / 10;
    for (int round = 0; round < 2 && wanted > 0; round++) {
      for (var each : entries.entrySet()) {
        if (wanted > 0
            && each.getValue().untouchedSinceLastAsked()
            && entries.remove(each.getKey(), each.getValue())) {
          wanted--;
        }
      }
    }
  }

  /** Takes over what changed in the database since the known revision. */
  public void refresh() {
    SeriesStore.Snapshot changes = store.changedAfter(revision());
    synchronized (revisionLock) {
      for (Series series : changes.series()) {
        entries.remove(series.name());
      }
      revision = Math.max(revision, changes.revision());
    }
  }

  /** Says that the heads of these may be older than was known; they are asked for again. */
  public void forgetHeads(Collection<String> names) {
    for (String name : names) {
      SeriesEntry entry = entries.get(name);
      if (entry != null) {
        entry.forgetHead();
      }
    }
  }

  /** Asks the database for the heads that are not known. */
  public void learnHeads(Collection<SeriesEntry> wanted) {
    var unknown = new HashMap<Integer, SeriesEntry>();
    for (SeriesEntry entry : wanted) {
      if (entry.headMicros() == SeriesEntry.HEAD_UNKNOWN) {
        unknown.put(entry.id(), entry);
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    Map<Integer, Long> heads = store.heads(unknown.keySet());
    unknown.forEach((id, entry) -> entry.learnHead(heads.getOrDefault(id, SeriesEntry.HEAD_EMPTY)));
  }
}
