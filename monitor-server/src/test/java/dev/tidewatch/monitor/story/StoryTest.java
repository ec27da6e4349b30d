package dev.tidewatch.monitor.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StoryTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

  /** A source of so many lines, many of them of the same time. */
  private static StorySource source(String topic, int count, long seed) {
    var random = new SplittableRandom(seed);
    List<StoryLine> all =
        IntStream.range(0, count)
            .map(i -> random.nextInt(20))
            .sorted()
            .mapToObj(i -> i)
            .map(second -> new StoryLine(BEGIN.plusSeconds(second), topic, "", Map.of(), ""))
            .toList();
    return (model, span, limit) ->
        all.stream()
            .filter(line -> span.from().map(from -> !line.time().isBefore(from)).orElse(true))
            .filter(line -> span.to().map(line.time()::isBefore).orElse(true))
            .limit(limit)
            .toList();
  }

  @Test
  void pagesTellEveryLineOnceInOrderOfTime() {
    for (int size : new int[] {1, 2, 7, 50, 200}) {
      var story = new Story(List.of(source("alert", 40, 1), source("task", 25, 2)));
      var told = new ArrayList<StoryLine>();
      Optional<Story.Place> place = Optional.empty();
      do {
        Page<StoryLine, Story.Place> page = story.tell("load", TimeSpan.ALWAYS, place, size);
        assertThat(page.items().size()).isLessThanOrEqualTo(size);
        told.addAll(page.items());
        place = page.next();
      } while (place.isPresent());
      assertThat(told).as("pages of %d", size).hasSize(65);
      assertThat(told).isSortedAccordingTo(java.util.Comparator.comparing(StoryLine::time));
      assertThat(told.stream().filter(line -> line.topic().equals("task"))).hasSize(25);
    }
  }

  @Test
  void aSpanIsKeptTo() {
    var story = new Story(List.of(source("alert", 200, 3)));
    var span = TimeSpan.between(BEGIN.plusSeconds(5), BEGIN.plusSeconds(10));
    assertThat(story.tell("load", span, Optional.empty(), 1_000).items())
        .isNotEmpty()
        .allMatch(line -> !line.time().isBefore(BEGIN.plusSeconds(5)))
        .allMatch(line -> line.time().isBefore(BEGIN.plusSeconds(10)));
  }
}
