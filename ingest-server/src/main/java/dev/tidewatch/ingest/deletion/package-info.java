/** Deleting series and readings, once each. */
@NullMarked
package dev.tidewatch.ingest.deletion;

import org.jspecify.annotations.NullMarked;
