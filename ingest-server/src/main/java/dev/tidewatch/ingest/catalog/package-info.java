/** The catalogue of series: what is measured, and what a reading of it must look like. */
@NullMarked
package dev.tidewatch.ingest.catalog;

import org.jspecify.annotations.NullMarked;
