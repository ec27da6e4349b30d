/**
 * The whole of Tidewatch in one process: an embedded PostgreSQL, the four servers on ports of their
 * own, one domain clock, and the commands that start them.
 */
@NullMarked
package dev.tidewatch.standalone;

import org.jspecify.annotations.NullMarked;
