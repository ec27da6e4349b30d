/** Detectors made of other models: of any forecaster's interval, and of several detectors. */
@NullMarked
package dev.tidewatch.models.detection.composed;

import org.jspecify.annotations.NullMarked;
