/**
 * Features of aligned series: a recipe as text, and the rows it gives, in batches for training and
 * one at a time for serving, with the same numbers.
 */
@NullMarked
package dev.tidewatch.timeseries.features;

import org.jspecify.annotations.NullMarked;
