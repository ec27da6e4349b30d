/** What the monitor adapted per series, as last heard. */
@NullMarked
package dev.tidewatch.inference.tuning;

import org.jspecify.annotations.NullMarked;
