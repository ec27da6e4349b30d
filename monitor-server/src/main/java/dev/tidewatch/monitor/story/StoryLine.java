package dev.tidewatch.monitor.story;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a model's story.
 *
 * @param time domain time
 * @param topic such as {@code alert}, {@code task}, {@code gate}, {@code promotion}
 * @param text one sentence for people
 * @param reference id of what it speaks of; empty: nothing that has one
 */
public record StoryLine(
    Instant time, String topic, String text, Map<String, Double> figures, String reference) {
  public StoryLine {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
