@NullMarked
package dev.tidewatch.models.forecast.arima;

import org.jspecify.annotations.NullMarked;
