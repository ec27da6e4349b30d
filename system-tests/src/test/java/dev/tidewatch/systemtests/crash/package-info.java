/** What is left after processes are killed. */
@NullMarked
package dev.tidewatch.systemtests.crash;

import org.jspecify.annotations.NullMarked;
