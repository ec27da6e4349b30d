/**
 * Files named by their SHA-256: resumable uploads, verified reads, the sweep of what was left
 * behind.
 */
@NullMarked
package dev.tidewatch.registry.artifacts;

import org.jspecify.annotations.NullMarked;
