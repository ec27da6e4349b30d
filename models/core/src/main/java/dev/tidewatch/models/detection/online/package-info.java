/**
 * The platform's own online detector: seasonal profile, local scale and memory of shapes, each
 * ranked by its own tail.
 */
@NullMarked
package dev.tidewatch.models.detection.online;

import org.jspecify.annotations.NullMarked;
