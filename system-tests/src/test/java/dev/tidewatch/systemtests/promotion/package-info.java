/** New versions on trial, with all servers. */
@NullMarked
package dev.tidewatch.systemtests.promotion;

import org.jspecify.annotations.NullMarked;
