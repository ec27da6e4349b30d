/** How the other servers are. */
@NullMarked
package dev.tidewatch.monitor.servers;

import org.jspecify.annotations.NullMarked;
