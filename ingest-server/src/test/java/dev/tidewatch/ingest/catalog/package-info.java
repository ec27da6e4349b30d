@NullMarked
package dev.tidewatch.ingest.catalog;

import org.jspecify.annotations.NullMarked;
