@NullMarked
package dev.tidewatch.benchmarks.crash;

import org.jspecify.annotations.NullMarked;
