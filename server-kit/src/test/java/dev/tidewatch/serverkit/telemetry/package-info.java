@NullMarked
package dev.tidewatch.serverkit.telemetry;

import org.jspecify.annotations.NullMarked;
