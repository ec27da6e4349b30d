/** What adapts per series after training: threshold factors and conformal offsets. */
@NullMarked
package dev.tidewatch.monitor.tuning;

import org.jspecify.annotations.NullMarked;
