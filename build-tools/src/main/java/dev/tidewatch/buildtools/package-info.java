/** Programs that the build runs in a JVM of its own; nothing here ships with a server. */
@NullMarked
package dev.tidewatch.buildtools;

import org.jspecify.annotations.NullMarked;
