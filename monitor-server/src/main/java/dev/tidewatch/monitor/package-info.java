/**
 * The monitor server: what was predicted, what happened, how good the predictions were, what was
 * strange.
 */
@NullMarked
package dev.tidewatch.monitor;

import org.jspecify.annotations.NullMarked;
