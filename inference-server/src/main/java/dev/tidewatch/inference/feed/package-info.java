/** What changed in ingest, block by block, and who of the replicas consumes which part of it. */
@NullMarked
package dev.tidewatch.inference.feed;

import org.jspecify.annotations.NullMarked;
