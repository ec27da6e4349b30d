/** Forecasting: the interface of forecasters, their families, back-tests. */
@NullMarked
package dev.tidewatch.models.forecast;

import org.jspecify.annotations.NullMarked;
