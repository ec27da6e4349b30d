/** What was decided without being asked, and why. */
@NullMarked
package dev.tidewatch.monitor.decision;

import org.jspecify.annotations.NullMarked;
