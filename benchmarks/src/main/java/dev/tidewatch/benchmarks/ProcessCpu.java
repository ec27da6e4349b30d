package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
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
    while (true) {
      String[] before = stat(pid);
      if (before.length == 0) {
        return 0;
      }
      double children = childrenSeconds(pid);
      String[] after = stat(pid);
      // Else a child ended meanwhile, and was counted neither among the living nor the others.
      if (after.length > 0
          && before[REAPED_USER].equals(after[REAPED_USER])
          && before[REAPED_SYSTEM].equals(after[REAPED_SYSTEM])) {
        return children + ticks(after, OWN_USER, OWN_SYSTEM, REAPED_USER, REAPED_SYSTEM);
      }
    }
  }

  /** Of those that have not been waited for yet. */
  private static double childrenSeconds(long pid) {
    String parent = Long.toString(pid);
    double seconds = 0;
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String[] its = stat(Long.parseLong(process.getFileName().toString()));
        if (its.length > 0 && its[PARENT].equals(parent)) {
          seconds += ticks(its, OWN_USER, OWN_SYSTEM, REAPED_USER, REAPED_SYSTEM);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("/proc cannot be read", e);
    }
    return seconds;
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
