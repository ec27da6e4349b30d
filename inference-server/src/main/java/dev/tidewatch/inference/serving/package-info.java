/**
 * Versions in memory: fetched, verified, loaded, warmed, flipped to between two requests, drained.
 */
@NullMarked
package dev.tidewatch.inference.serving;

import org.jspecify.annotations.NullMarked;
