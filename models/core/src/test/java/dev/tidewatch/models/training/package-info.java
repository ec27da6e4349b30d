@NullMarked
package dev.tidewatch.models.training;

import org.jspecify.annotations.NullMarked;
