@NullMarked
package dev.tidewatch.models.detection;

import org.jspecify.annotations.NullMarked;
