/** Trains models on stored readings and registers them, through the servers' contracts alone. */
@NullMarked
package dev.tidewatch.trainer;

import org.jspecify.annotations.NullMarked;
