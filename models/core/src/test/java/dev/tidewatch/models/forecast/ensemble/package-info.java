@NullMarked
package dev.tidewatch.models.forecast.ensemble;

import org.jspecify.annotations.NullMarked;
