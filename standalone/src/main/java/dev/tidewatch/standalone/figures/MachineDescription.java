package dev.tidewatch.standalone.figures;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run was made on, so that two runs can be told apart.
 *
 * @param cpu the processor's name as the system gives it
 * @param cores those that the JVM may use
 * @param loadAverage of the last minute when this was asked; negative where the system has none
 */
public record MachineDescription(
    String os, String arch, String cpu, int cores, long memoryMb, String java, double loadAverage) {

  /** Asks the machine. */
  public static MachineDescription here() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    long memory =
        system instanceof com.sun.management.OperatingSystemMXBean detailed
            ? detailed.getTotalMemorySize() >> 20
            : 0;
    return new MachineDescription(
        System.getProperty("os.name", "") + " " + System.getProperty("os.version", ""),
        System.getProperty("os.arch", ""),
        processor(),
        Runtime.getRuntime().availableProcessors(),
        memory,
        System.getProperty("java.vm.vendor", "") + " " + Runtime.version(),
        Math.rint(system.getSystemLoadAverage() * 100) / 100);
  }

  private static String processor() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
