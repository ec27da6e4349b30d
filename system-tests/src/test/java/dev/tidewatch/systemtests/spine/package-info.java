/** A reading's way through the whole. */
@NullMarked
package dev.tidewatch.systemtests.spine;

import org.jspecify.annotations.NullMarked;
