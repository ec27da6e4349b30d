/** The detector of what is left of a series without its season and trend. */
@NullMarked
package dev.tidewatch.models.detection.seasonal;

import org.jspecify.annotations.NullMarked;
