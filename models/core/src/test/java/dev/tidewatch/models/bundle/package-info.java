@NullMarked
package dev.tidewatch.models.bundle;

import org.jspecify.annotations.NullMarked;
