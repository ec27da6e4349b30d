@NullMarked
package dev.tidewatch.models.tensor;

import org.jspecify.annotations.NullMarked;
