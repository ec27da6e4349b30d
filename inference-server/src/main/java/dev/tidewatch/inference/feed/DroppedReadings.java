package dev.tidewatch.inference.feed;

/**
 * Readings that are gone: whatever was derived from them is wrong.
 *
 * @param fromMicros inclusive; {@code Long.MIN_VALUE} for all
 * @param toMicros exclusive; {@code Long.MAX_VALUE} for all
 */
public record DroppedReadings(String series, long fromMicros, long toMicros) {}
