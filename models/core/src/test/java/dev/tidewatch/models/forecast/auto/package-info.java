@NullMarked
package dev.tidewatch.models.forecast.auto;

import org.jspecify.annotations.NullMarked;
