/** PostgreSQL behind the domain; jOOQ and JDBC types stop here. */
@NullMarked
package dev.tidewatch.ingest.storage;

import org.jspecify.annotations.NullMarked;
