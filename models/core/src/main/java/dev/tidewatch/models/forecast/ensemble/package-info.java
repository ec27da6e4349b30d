/** Forecasts that are made of the forecasts of several methods. */
@NullMarked
package dev.tidewatch.models.forecast.ensemble;

import org.jspecify.annotations.NullMarked;
