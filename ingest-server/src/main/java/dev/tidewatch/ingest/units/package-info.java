/** Units of measure, as UCUM writes them. */
@NullMarked
package dev.tidewatch.ingest.units;

import org.jspecify.annotations.NullMarked;
