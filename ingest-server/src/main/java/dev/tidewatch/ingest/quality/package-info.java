/** How complete, timely and clean readings are. */
@NullMarked
package dev.tidewatch.ingest.quality;

import org.jspecify.annotations.NullMarked;
