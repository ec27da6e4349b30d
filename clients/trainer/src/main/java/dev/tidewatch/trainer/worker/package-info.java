/** A worker that leases retrain tasks and trains. */
@NullMarked
package dev.tidewatch.trainer.worker;

import org.jspecify.annotations.NullMarked;
