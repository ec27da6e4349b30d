@NullMarked
package dev.tidewatch.benchmarks.accuracy;

import org.jspecify.annotations.NullMarked;
