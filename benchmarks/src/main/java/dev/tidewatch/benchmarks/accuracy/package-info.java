/**
 * Accuracy on public benchmarks: runs detectors and forecasters over data sets in their published
 * form, writes what the scorers read, and ends with one line of JSON. Knows no data set beyond its
 * file format.
 */
@NullMarked
package dev.tidewatch.benchmarks.accuracy;

import org.jspecify.annotations.NullMarked;
