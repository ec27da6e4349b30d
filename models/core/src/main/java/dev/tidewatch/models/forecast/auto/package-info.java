/** Choice of a forecaster by rolling-origin back-test. */
@NullMarked
package dev.tidewatch.models.forecast.auto;

import org.jspecify.annotations.NullMarked;
