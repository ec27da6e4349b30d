@NullMarked
package dev.tidewatch.serverkit.time;

import org.jspecify.annotations.NullMarked;
