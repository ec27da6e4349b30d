package dev.tidewatch.standalone.demo;

import dev.tidewatch.standalone.StandaloneConfig.Ports;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What was asked of the demo.
 *
 * @param once ends after the scenario instead of going on until Ctrl-C
 * @param json prints nothing but the line of figures on standard output; the rest goes to standard
 *     error
 * @param seed of the building and its faults
 * @param factor domain seconds in a second
 * @param zipkinJar shows traces in a Zipkin from this jar
 * @param data folder that is kept; empty: one that is deleted at the end
 */
public record DemoOptions(
    boolean once,
    boolean json,
    long seed,
    double factor,
    Optional<Path> zipkinJar,
    Optional<Path> data,
    Ports ports) {
  /** The scenario's five days last 36 seconds where the machine keeps up. */
  public static final double FACTOR_ONCE = 12_000;

  /** An hour a second: slow enough to look on. */
  public static final double FACTOR_WATCHING = 3_600;

  public DemoOptions {
    if (!(factor >= 1 && factor <= 100_000)) {
      throw new IllegalArgumentException("factor: " + factor + ", expected 1 to 100000");
    }
  }
}
