/** gRPC adapters; proto types stop here. */
@NullMarked
package dev.tidewatch.ingest.api;

import org.jspecify.annotations.NullMarked;
