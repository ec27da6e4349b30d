/** Documents that are generated, and must not be stale. */
@NullMarked
package dev.tidewatch.systemtests.documents;

import org.jspecify.annotations.NullMarked;
