@NullMarked
package dev.tidewatch.ingest.intake;

import org.jspecify.annotations.NullMarked;
