/** The domain clock. */
@NullMarked
package dev.tidewatch.serverkit.time;

import org.jspecify.annotations.NullMarked;
