/** The search for better settings of a family, by back-test, within a budget. */
@NullMarked
package dev.tidewatch.trainer.tuning;

import org.jspecify.annotations.NullMarked;
