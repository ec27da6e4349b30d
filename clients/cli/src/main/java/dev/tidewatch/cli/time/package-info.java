/** Reading and writing times and durations as people write them. */
@NullMarked
package dev.tidewatch.cli.time;

import org.jspecify.annotations.NullMarked;
