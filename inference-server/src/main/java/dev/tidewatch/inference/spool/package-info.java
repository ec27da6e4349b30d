/** Predictions on their way to the ledger: kept on the local disk until the monitor has them. */
@NullMarked
package dev.tidewatch.inference.spool;

import org.jspecify.annotations.NullMarked;
