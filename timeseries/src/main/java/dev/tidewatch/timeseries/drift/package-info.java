/**
 * Whether a stream or a distribution has changed: online change detectors, and distances between
 * distributions that were sketched.
 */
@NullMarked
package dev.tidewatch.timeseries.drift;

import org.jspecify.annotations.NullMarked;
