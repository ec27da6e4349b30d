@NullMarked
package dev.tidewatch.models.detection.rcf;

import org.jspecify.annotations.NullMarked;
