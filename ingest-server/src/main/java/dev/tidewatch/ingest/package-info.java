/** The ingest server: series catalogue, readings, rejects, feed, queries. */
@NullMarked
package dev.tidewatch.ingest;

import org.jspecify.annotations.NullMarked;
