/** Spans of the server's own, and trace contexts that travel in messages. */
@NullMarked
package dev.tidewatch.inference.tracing;

import org.jspecify.annotations.NullMarked;
