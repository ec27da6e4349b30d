/** The log of what detectors found and what people made of it. */
@NullMarked
package dev.tidewatch.monitor.anomaly;

import org.jspecify.annotations.NullMarked;
