/** What analytics reads of a real ingest server. */
@NullMarked
package dev.tidewatch.systemtests.analytics;

import org.jspecify.annotations.NullMarked;
