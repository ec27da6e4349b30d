@NullMarked
package dev.tidewatch.models.detection.multivariate;

import org.jspecify.annotations.NullMarked;
