/** Forecasts: asked for, and issued by schedule; answered, and handed to the ledger. */
@NullMarked
package dev.tidewatch.inference.forecast;

import org.jspecify.annotations.NullMarked;
