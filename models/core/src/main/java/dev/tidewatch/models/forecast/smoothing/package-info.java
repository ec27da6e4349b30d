/**
 * Exponential smoothing and its relatives: classical and loess decomposition (STL, MSTL), naive on
 * seasonally adjusted values, drift, the ETS state-space family and Theta. The mathematics works on
 * plain arrays; the methods at the edge make forecast families of it.
 */
@NullMarked
package dev.tidewatch.models.forecast.smoothing;

import org.jspecify.annotations.NullMarked;
