/** Reading readings back. */
@NullMarked
package dev.tidewatch.ingest.query;

import org.jspecify.annotations.NullMarked;
