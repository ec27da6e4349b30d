@NullMarked
package dev.tidewatch.models.forecast.linear;

import org.jspecify.annotations.NullMarked;
