/** Kills servers, clients and databases amid the stream, and counts what became of each reading. */
@NullMarked
package dev.tidewatch.benchmarks.crash;

import org.jspecify.annotations.NullMarked;
