@NullMarked
package dev.tidewatch.timeseries;

import org.jspecify.annotations.NullMarked;
