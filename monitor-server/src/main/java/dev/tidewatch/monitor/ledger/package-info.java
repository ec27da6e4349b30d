/** Predictions, each recorded once. */
@NullMarked
package dev.tidewatch.monitor.ledger;

import org.jspecify.annotations.NullMarked;
