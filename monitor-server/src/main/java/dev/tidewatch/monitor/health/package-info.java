/** How models, series and devices are doing, from 0 to 100. */
@NullMarked
package dev.tidewatch.monitor.health;

import org.jspecify.annotations.NullMarked;
