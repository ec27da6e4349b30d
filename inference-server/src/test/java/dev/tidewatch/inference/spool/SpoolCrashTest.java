package dev.tidewatch.inference.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.testing.ChildJvm;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it appends loses nothing that it had been told was kept. */
class SpoolCrashTest {
  @TempDir Path folder;

  /** Appends numbers, and says each one that was kept. */
  static final class Appender {
    private Appender() {}

    public static void main(String[] args) {
      int next = Integer.parseInt(args[1]);
      try (var spool = PredictionSpool.open(Path.of(args[0]), SpoolLimits.ofSize(64L << 20))) {
        while (true) {
          if (spool.append(ByteBuffer.allocate(2_000).putInt(next).array())) {
            System.out.println("kept " + next++);
          }
        }
      }
    }
  }

  @Test
  void whatWasKeptIsThereAfterEachKill() throws Exception {
    long seed = Long.getLong("seed", 12);
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    int next = 0;
    for (int kill = 0; kill < 3; kill++) {
      int last;
      try (var child =
          ChildJvm.start(Appender.class, Map.of(), folder.toString(), Integer.toString(next))) {
        String _ = child.awaitLine("kept " + (next + random.nextInt(50, 2_000)));
        child.kill();
        last =
            child
                .output()
                .lines()
                .filter(line -> line.matches("kept \\d+"))
                .mapToInt(line -> Integer.parseInt(line.substring(5)))
                .max()
                .orElseThrow();
      }
      var found = new TreeSet<Integer>();
      try (var spool = PredictionSpool.open(folder, SpoolLimits.ofSize(64L << 20))) {
        spool
            .peek(Integer.MAX_VALUE, Long.MAX_VALUE)
            .records()
            .forEach(record -> found.add(ByteBuffer.wrap(record).getInt()));
      }
      for (int number = 0; number < last; number++) {
        assertThat(found).contains(number);
      }
      next = found.last() + 1;
    }
  }
}
