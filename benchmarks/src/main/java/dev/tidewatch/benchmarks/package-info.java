/** Benches: each runs its load client in a process of its own and ends with one line of JSON. */
@NullMarked
package dev.tidewatch.benchmarks;

import org.jspecify.annotations.NullMarked;
