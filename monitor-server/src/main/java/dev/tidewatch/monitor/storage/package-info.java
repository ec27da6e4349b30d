/** The stores on PostgreSQL, plain or TimescaleDB. jOOQ types stop here. */
@NullMarked
package dev.tidewatch.monitor.storage;

import org.jspecify.annotations.NullMarked;
