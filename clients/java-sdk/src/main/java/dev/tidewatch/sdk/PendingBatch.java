package dev.tidewatch.sdk;

import io.opentelemetry.api.trace.Span;

/**
 * A sealed batch that awaits its acknowledgement; sent again as it is after a broken stream.
 *
 * @param span open until the acknowledgement
 */
record PendingBatch(long sequence, EncodedRequest message, int readings, Span span) {
  int bytes() {
    return message.size();
  }
}
