/** How soon detectors find drift, and how often they see it where there is none. */
@NullMarked
package dev.tidewatch.benchmarks.drift;

import org.jspecify.annotations.NullMarked;
