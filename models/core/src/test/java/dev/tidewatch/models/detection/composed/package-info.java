@NullMarked
package dev.tidewatch.models.detection.composed;

import org.jspecify.annotations.NullMarked;
