/** Candidates against champions: gate, canary, promotion or rollback, each step kept. */
@NullMarked
package dev.tidewatch.monitor.trial;

import org.jspecify.annotations.NullMarked;
