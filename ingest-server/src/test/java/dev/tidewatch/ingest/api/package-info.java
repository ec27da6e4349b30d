/** Fuzz targets of whatever reads what clients send, and the replay of their corpus. */
@NullMarked
package dev.tidewatch.ingest.api;

import org.jspecify.annotations.NullMarked;
