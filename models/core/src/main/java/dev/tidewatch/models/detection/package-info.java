/**
 * Anomaly detection, one reading at a time: the interface of detectors, their families, their saved
 * states.
 */
@NullMarked
package dev.tidewatch.models.detection;

import org.jspecify.annotations.NullMarked;
