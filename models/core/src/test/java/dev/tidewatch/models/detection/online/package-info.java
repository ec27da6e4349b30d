@NullMarked
package dev.tidewatch.models.detection.online;

import org.jspecify.annotations.NullMarked;
