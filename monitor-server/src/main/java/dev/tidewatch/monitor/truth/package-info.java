/** Follows the feed and takes the actual of every predicted grid interval. */
@NullMarked
package dev.tidewatch.monitor.truth;

import org.jspecify.annotations.NullMarked;
