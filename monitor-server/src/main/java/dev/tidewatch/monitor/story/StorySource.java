package dev.tidewatch.monitor.story;

import dev.tidewatch.monitor.TimeSpan;
import java.util.List;

/** Lines about one kind of thing. Thread-safe. */
@FunctionalInterface
public interface StorySource {
  /**
   * The oldest lines of a model in a span, in order of time; of one time always in the same order.
   */
  List<StoryLine> lines(String model, TimeSpan span, int limit);
}
