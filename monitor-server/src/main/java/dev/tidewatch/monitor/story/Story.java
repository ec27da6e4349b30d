package dev.tidewatch.monitor.story;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Merges what several sources tell of a model. Thread-safe. */
public final class Story {
  private final List<StorySource> sources;

  public Story(List<StorySource> sources) {
    this.sources = List.copyOf(sources);
  }

  /**
   * Where a page begins.
   *
   * @param told lines of that very time that were told before
   */
  public record Place(Instant time, int told) {}

  /** Oldest first; of one time in the order of the sources. */
  public Page<StoryLine, Place> tell(String model, TimeSpan span, Optional<Place> from, int size) {
    TimeSpan rest = new TimeSpan(from.map(Place::time).or(span::from), span.to());
    int told = from.map(Place::told).orElse(0);
    int wanted = told + size + 1;
    var lines = new ArrayList<StoryLine>();
    for (StorySource source : sources) {
      lines.addAll(source.lines(model, rest, wanted));
    }
    lines.sort(Comparator.comparing(StoryLine::time)); // keeps the order of equals
    List<StoryLine> page =
        lines.subList(Math.min(told, lines.size()), Math.min(lines.size(), told + size));
    if (lines.size() <= told + size) {
      return new Page<>(page, Optional.empty());
    }
    Instant next = lines.get(told + size).time();
    long before = lines.subList(0, told + size).stream().filter(l -> l.time().equals(next)).count();
    return new Page<>(page, Optional.of(new Place(next, (int) before)));
  }
}
