/** The order of commits, and who follows it. */
@NullMarked
package dev.tidewatch.ingest.feed;

import org.jspecify.annotations.NullMarked;
