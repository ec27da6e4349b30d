/** Reading time series out of CSV files, plain or gzipped. */
@NullMarked
package dev.tidewatch.cli.csv;

import org.jspecify.annotations.NullMarked;
