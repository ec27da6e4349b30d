/** What the monitor asks of the registry. */
@NullMarked
package dev.tidewatch.monitor.registry;

import org.jspecify.annotations.NullMarked;
