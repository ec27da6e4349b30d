@NullMarked
package dev.tidewatch.models.forecast;

import org.jspecify.annotations.NullMarked;
