/** The loop that closes by itself. */
@NullMarked
package dev.tidewatch.systemtests.loop;

import org.jspecify.annotations.NullMarked;
