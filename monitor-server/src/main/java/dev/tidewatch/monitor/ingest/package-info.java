/** The ingest server as the monitor sees it: its feed and its readings, over gRPC. */
@NullMarked
package dev.tidewatch.monitor.ingest;

import org.jspecify.annotations.NullMarked;
