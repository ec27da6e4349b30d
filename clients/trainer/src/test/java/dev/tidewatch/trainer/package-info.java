@NullMarked
package dev.tidewatch.trainer;

import org.jspecify.annotations.NullMarked;
