/** The clients in other languages, run as their pages say, against real servers. */
@NullMarked
package dev.tidewatch.systemtests.clients;

import org.jspecify.annotations.NullMarked;
