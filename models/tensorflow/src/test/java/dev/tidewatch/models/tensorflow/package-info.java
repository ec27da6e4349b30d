@NullMarked
package dev.tidewatch.models.tensorflow;

import org.jspecify.annotations.NullMarked;
