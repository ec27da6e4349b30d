/** Traces of the whole, as an OTLP collector receives them. */
@NullMarked
package dev.tidewatch.systemtests.tracing;

import org.jspecify.annotations.NullMarked;
