/** Starting and stopping the whole. */
@NullMarked
package dev.tidewatch.systemtests.lifecycle;

import org.jspecify.annotations.NullMarked;
