package dev.tidewatch.standalone.demo;

import java.time.Instant;

/**
 * One anomaly as the monitor listed it.
 *
 * @param id the monitor's identifier; a repeat with the same one counts once
 * @param series whose reading is anomalous
 * @param readingTime the time of that reading
 * @param listedTime domain time at which the monitor's list was seen to hold it
 */
public record ListedAnomaly(String id, String series, Instant readingTime, Instant listedTime) {}
