package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * CPU time of processes as Linux counts it (proc(5), {@code /proc/PID/stat}), user and system, in
 * steps of a hundredth of a second.
 */
final class ProcessCpu {
  private static final double TICKS_PER_SECOND = 100;
  private static final int PARENT = 1;
  private static final int OWN_USER = 11;
  private static final int OWN_SYSTEM = 12;
  private static final int REAPED_USER = 13;
  private static final int REAPED_SYSTEM = 14;

  private ProcessCpu() {}

  /** Seconds that one process has used so far; 0 if it is gone. */
  static double seconds(long pid) {
    String[] stat = stat(pid);
    return stat.length == 0 ? 0 : ticks(stat, OWN_USER, OWN_SYSTEM);
  }

  /**
   * Seconds that a process and its children have used so far, those included that have ended and
   * were waited for, as a postmaster does with its backends.
   */
  static double treeSeconds(long pid) {
    String[] stat = stat(pid);
    if (stat.length == 0) {
      return 0;
    }
    double seconds = ticks(stat, OWN_USER, OWN_SYSTEM, REAPED_USER, REAPED_SYSTEM);
    var children =
        ProcessHandle.of(pid).map(ProcessHandle::children).orElse(java.util.stream.Stream.empty());
    return seconds
        + children
            .mapToDouble(child -> {
              String[] its = stat(child.pid());
              return its.length == 0
                  ? 0
                  : ticks(its, OWN_USER, OWN_SYSTEM, REAPED_USER, REAPED_SYSTEM);
            })
            .sum();
  }

  /** The process that started this one; empty if it is not on this machine. */
  static OptionalLong parent(long pid) {
    String[] stat = stat(pid);
    return stat.length == 0 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(stat[PARENT]));
  }

  /** What the process calls itself; empty if it is not on this machine. */
  static String name(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static double ticks(String[] stat, int... fields) {
    long sum = 0;
    for (int field : fields) {
      sum += Long.parseLong(stat[field]);
    }
    return sum / TICKS_PER_SECOND;
  }

  /** The fields after the name, which may hold blanks itself: state, parent, … */
  private static String[] stat(long pid) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    } catch (IOException e) {
      return new String[0];
    }
  }
}
