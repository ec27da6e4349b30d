/** The server as its clients see it, over an in-process transport and a real PostgreSQL. */
@NullMarked
package dev.tidewatch.ingest;

import org.jspecify.annotations.NullMarked;
