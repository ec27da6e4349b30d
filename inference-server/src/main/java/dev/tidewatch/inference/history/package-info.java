/** What happened to a series up to a moment: readings, put on the grid of the model that asks. */
@NullMarked
package dev.tidewatch.inference.history;

import org.jspecify.annotations.NullMarked;
