package dev.tidewatch.ingest.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.ingest.catalog.LabelSelector;
import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.feed.EncodedSection;
import dev.tidewatch.ingest.feed.FeedBlock;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Leaves of a block only what a subscriber asked for, by series. Used by one thread. */
final class SectionFilter {
  private static final int REMEMBERED_MAX = 100_000;

  private final SeriesSelection selection;
  private final Set<String> names;
  private final boolean withoutReadings;
  private final SeriesStore catalogue;
  private final Map<String, Boolean> labelled = new HashMap<>();

  SectionFilter(SeriesSelection selection, boolean withoutReadings, SeriesStore catalogue) {
    this.selection = selection;
    this.names = new HashSet<>(selection.names());
    this.withoutReadings = withoutReadings;
    this.catalogue = catalogue;
  }

  /** True if every section goes through as it is. */
  boolean isOpen() {
    return !withoutReadings
        && names.isEmpty()
        && selection.prefix().isEmpty()
        && selection.labels().equals(LabelSelector.ALL);
  }

  FeedBlock apply(FeedBlock block) {
    if (isOpen()) {
      return block;
    }
    var sections = new ArrayList<EncodedSection>();
    for (EncodedSection section : block.sections()) {
      ShardSection filtered = apply(parse(section));
      if (filtered.getSeriesCount() + filtered.getDeletionsCount() + filtered.getReadingsCount()
          > 0) {
        sections.add(new EncodedSection(section.shard(), filtered.toByteArray()));
      }
    }
    return new FeedBlock(block.position(), block.commitTime(), sections);
  }

  private ShardSection apply(ShardSection section) {
    var filtered = ShardSection.newBuilder().setShard(section.getShard());
    section
        .getSeriesList()
        .forEach(change -> {
          String name = change.getSeries().getName();
          boolean before = matches(name);
          boolean now =
              named(name) && selection.labels().matches(change.getSeries().getLabelsMap());
          remember(name, now);
          // One that leaves is told too, so that the subscriber can drop it.
          if (before || now) {
            filtered.addSeries(change);
          }
        });
    section.getDeletionsList().stream()
        .filter(deletion -> matches(deletion.getSeries()))
        .forEach(filtered::addDeletions);
    if (!withoutReadings) {
      section.getReadingsList().stream()
          .filter(readings -> matches(readings.getSeries()))
          .forEach(filtered::addReadings);
    }
    return filtered.build();
  }

  private boolean named(String name) {
    return (names.isEmpty() || names.contains(name)) && name.startsWith(selection.prefix());
  }

  private boolean matches(String name) {
    if (!named(name)) {
      return false;
    }
    if (selection.labels().equals(LabelSelector.ALL)) {
      return true;
    }
    Boolean known = labelled.get(name);
    if (known == null) {
      List<Series> found = catalogue.find(List.of(name)).series();
      known =
          !found.isEmpty() && selection.labels().matches(found.getFirst().description().labels());
      remember(name, known);
    }
    return known;
  }

  private void remember(String name, boolean matches) {
    if (labelled.size() >= REMEMBERED_MAX) {
      labelled.clear();
    }
    labelled.put(name, matches);
  }

  private static ShardSection parse(EncodedSection section) {
    try {
      return ShardSection.parseFrom(section.content());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored section does not decode", e);
    }
  }
}
