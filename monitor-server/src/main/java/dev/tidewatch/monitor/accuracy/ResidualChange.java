package dev.tidewatch.monitor.accuracy;

import java.time.Instant;

/**
 * A change of the residuals' mean that an online test found.
 *
 * @param time target time at which the test gave its alarm
 * @param test its name, such as {@code adwin}
 * @param before mean scaled residual before the change
 * @param after and after it
 */
public record ResidualChange(Instant time, String test, double before, double after) {}
