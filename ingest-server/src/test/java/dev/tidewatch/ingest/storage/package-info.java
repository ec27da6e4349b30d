@NullMarked
package dev.tidewatch.ingest.storage;

import org.jspecify.annotations.NullMarked;
