/**
 * Additive regression on time: a trend that bends at changepoints, seasons by Fourier series,
 * holidays.
 */
@NullMarked
package dev.tidewatch.models.forecast.additive;

import org.jspecify.annotations.NullMarked;
