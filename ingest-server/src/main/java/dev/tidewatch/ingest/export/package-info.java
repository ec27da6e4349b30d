/** Readings as files: text and Parquet, streamed in chunks that can be asked for again. */
@NullMarked
package dev.tidewatch.ingest.export;

import org.jspecify.annotations.NullMarked;
