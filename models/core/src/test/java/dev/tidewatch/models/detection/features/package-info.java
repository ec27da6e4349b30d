@NullMarked
package dev.tidewatch.models.detection.features;

import org.jspecify.annotations.NullMarked;
