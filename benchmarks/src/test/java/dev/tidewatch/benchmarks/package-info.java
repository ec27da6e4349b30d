@NullMarked
package dev.tidewatch.benchmarks;

import org.jspecify.annotations.NullMarked;
