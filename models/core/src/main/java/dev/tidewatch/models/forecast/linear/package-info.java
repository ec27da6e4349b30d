/** Linear forecasters: ridge regression on lags, direct for each step, in closed form. */
@NullMarked
package dev.tidewatch.models.forecast.linear;

import org.jspecify.annotations.NullMarked;
