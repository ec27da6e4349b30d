@NullMarked
package dev.tidewatch.models.detection.seasonal;

import org.jspecify.annotations.NullMarked;
