/** Traces, metrics and logs of one server. */
@NullMarked
package dev.tidewatch.serverkit.telemetry;

import org.jspecify.annotations.NullMarked;
