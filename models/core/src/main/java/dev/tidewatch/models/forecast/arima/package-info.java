/**
 * Seasonal ARIMA: tests for unit roots, choice of differences and orders, estimation, forecasts.
 * Classes that work on plain arrays; {@code ArimaMethod} makes a family of them.
 */
@NullMarked
package dev.tidewatch.models.forecast.arima;

import org.jspecify.annotations.NullMarked;
