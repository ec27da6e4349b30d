@NullMarked
package dev.tidewatch.ingest.feed;

import org.jspecify.annotations.NullMarked;
