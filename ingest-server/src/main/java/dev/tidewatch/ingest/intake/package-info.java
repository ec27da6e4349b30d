/** From a batch on the wire to a durable commit and its outcome. */
@NullMarked
package dev.tidewatch.ingest.intake;

import org.jspecify.annotations.NullMarked;
