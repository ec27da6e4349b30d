@NullMarked
package dev.tidewatch.models.forecast.additive;

import org.jspecify.annotations.NullMarked;
