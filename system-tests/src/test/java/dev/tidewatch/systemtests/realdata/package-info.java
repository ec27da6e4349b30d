/** Public data through the command line client. */
@NullMarked
package dev.tidewatch.systemtests.realdata;

import org.jspecify.annotations.NullMarked;
