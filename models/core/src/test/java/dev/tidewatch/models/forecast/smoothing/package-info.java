@NullMarked
package dev.tidewatch.models.forecast.smoothing;

import org.jspecify.annotations.NullMarked;
