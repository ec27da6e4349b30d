@NullMarked
package dev.tidewatch.ingest.units;

import org.jspecify.annotations.NullMarked;
