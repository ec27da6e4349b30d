/**
 * Client of the Tidewatch servers.
 *
 * <p>{@link dev.tidewatch.sdk.Tidewatch} is the way in: it holds one channel per server and hands
 * out typed clients, an exactly-once {@link dev.tidewatch.sdk.IngestWriter}, and model up- and
 * downloads. Everything that a server refuses arrives as a {@link
 * dev.tidewatch.sdk.TidewatchException}. Clients are thread-safe; what they return says so where it
 * is not.
 */
@NullMarked
package dev.tidewatch.sdk;

import org.jspecify.annotations.NullMarked;
