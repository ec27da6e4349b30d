/** Questions about accuracy and the figures that answer them. */
@NullMarked
package dev.tidewatch.monitor.accuracy;

import org.jspecify.annotations.NullMarked;
