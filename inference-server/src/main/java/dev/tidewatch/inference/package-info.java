/** The inference server: forecasts, detection on the feed, and the Open Inference Protocol. */
@NullMarked
package dev.tidewatch.inference;

import org.jspecify.annotations.NullMarked;
