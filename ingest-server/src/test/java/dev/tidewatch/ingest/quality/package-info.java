@NullMarked
package dev.tidewatch.ingest.quality;

import org.jspecify.annotations.NullMarked;
