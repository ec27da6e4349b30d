/** What the readings of a building say about its energy and its plant. */
@NullMarked
package dev.tidewatch.monitor.analytics;

import org.jspecify.annotations.NullMarked;
