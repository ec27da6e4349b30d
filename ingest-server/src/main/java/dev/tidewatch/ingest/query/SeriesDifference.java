package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.feed.SeriesChangeEncoding;

/**
 * How a series differs between two commits.
 *
 * @param series as it is now; as it was, if it was deleted
 */
public record SeriesDifference(SeriesChangeEncoding.Kind kind, Series series) {}
