package dev.tidewatch.inference.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictionSpoolTest {
  private static final SpoolLimits SMALL =
      new SpoolLimits(64 << 10, 4 << 10, 2 << 10, Duration.ofMillis(5));

  @TempDir Path folder;

  @Test
  void recordsComeOutInOrderUntilTheyAreAcknowledged() {
    try (var spool = PredictionSpool.open(folder, SMALL)) {
      for (int i = 0; i < 100; i++) {
        assertThat(spool.append(bytes(i, 100))).isTrue();
      }
      SpoolBatch first = spool.peek(30, 1 << 20);
      assertThat(numbers(first)).hasSize(30).startsWith(0, 1, 2);
      assertThat(numbers(spool.peek(30, 1 << 20))).isEqualTo(numbers(first));
      spool.acknowledge(first);
      assertThat(numbers(spool.peek(1, 1 << 20))).containsExactly(30);
      assertThat(spool.pendingRecords()).isEqualTo(70);
    }
  }

  @Test
  void aBatchEndsBeforeItsBytesAreExceededButHoldsOne() {
    try (var spool = PredictionSpool.open(folder, SMALL)) {
      spool.append(bytes(0, 1_000));
      spool.append(bytes(1, 1_000));
      assertThat(numbers(spool.peek(10, 1_500))).containsExactly(0);
      assertThat(numbers(spool.peek(10, 10))).containsExactly(0);
    }
  }

  @Test
  void whatIsNotAcknowledgedIsThereAfterARestartAndTheRestIsNot() {
    try (var spool = PredictionSpool.open(folder, SMALL)) {
      for (int i = 0; i < 50; i++) {
        spool.append(bytes(i, 200));
      }
      spool.acknowledge(spool.peek(20, 1 << 20));
    }
    try (var spool = PredictionSpool.open(folder, SMALL)) {
      assertThat(spool.pendingRecords()).isEqualTo(30);
      assertThat(numbers(spool.peek(100, 1 << 20))).hasSize(30).startsWith(20).endsWith(49);
    }
  }

  @Test
  void aFullSpoolRefusesUntilSomethingIsAcknowledged() {
    try (var spool = PredictionSpool.open(folder, SMALL)) {
      int kept = 0;
      while (spool.append(bytes(kept, 1_000))) {
        kept++;
      }
      assertThat(spool.bytes()).isLessThanOrEqualTo(SMALL.bytesMax());
      assertThat(kept).isGreaterThan(60);
      assertThat(spool.refusedRecords()).isEqualTo(1);
      spool.acknowledge(spool.peek(20, 1 << 20));
      assertThat(spool.append(bytes(kept, 1_000))).isTrue();
    }
  }

  @Test
  void acknowledgedSegmentsLeaveTheDisk() throws IOException {
    try (var spool = PredictionSpool.open(folder, SMALL)) {
      for (int i = 0; i < 40; i++) {
        spool.append(bytes(i, 1_000));
      }
      spool.acknowledge(spool.peek(1_000, 1 << 20));
      assertThat(spool.pendingRecords()).isZero();
      try (var files = Files.list(folder)) {
        assertThat(files.filter(Segment::isSegment)).hasSize(1);
      }
    }
  }

  @Test
  void aSecondProcessIsRefused() {
    try (var _ = PredictionSpool.open(folder, SMALL)) {
      assertThatThrownBy(() -> PredictionSpool.open(folder, SMALL))
          .isInstanceOf(UncheckedIOException.class)
          .rootCause()
          .hasMessageContaining("in use");
    }
  }

  /** Whatever a crash left of the newest segment: a prefix of the records, whole and in order. */
  @Test
  void aTornOrDamagedEndCostsOnlyWhatWasBehindIt() throws IOException {
    long seed = Long.getLong("seed", 4711);
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      Path own = folder.resolve("round-" + round);
      int written = random.nextInt(1, 30);
      int acknowledged = random.nextInt(0, written);
      try (var spool = PredictionSpool.open(own, SpoolLimits.ofSize(1 << 24))) {
        for (int i = 0; i < written; i++) {
          spool.append(bytes(i, random.nextInt(4, 300)));
        }
        spool.acknowledge(spool.peek(acknowledged, 1 << 20));
      }
      boolean damaged = tear(own, random);
      try (var spool = PredictionSpool.open(own, SpoolLimits.ofSize(1 << 24))) {
        List<Integer> left = numbers(spool.peek(1_000, 1 << 20));
        assertThat(spool.pendingRecords()).isEqualTo(left.size());
        for (int i = 0; i < left.size(); i++) {
          assertThat(left.get(i)).isEqualTo(acknowledged + i);
        }
        if (!damaged) {
          assertThat(left).hasSize(written - acknowledged);
        }
        assertThat(spool.append(bytes(999, 10))).isTrue();
        List<Integer> after = numbers(spool.peek(1_000, 1 << 20));
        assertThat(after).hasSize(left.size() + 1).endsWith(999);
      }
    }
  }

  /**
   * Cuts, lengthens or changes the newest segment that holds something; false if it stays as it is.
   */
  private static boolean tear(Path own, SplittableRandom random) throws IOException {
    List<Path> segments;
    try (var files = Files.list(own)) {
      segments = files.filter(Segment::isSegment).sorted().toList();
    }
    Path newest = segments.getLast();
    long size = Files.size(newest);
    try (var channel = FileChannel.open(newest, StandardOpenOption.WRITE)) {
      switch (random.nextInt(4)) {
        case 0 -> channel.truncate(size == 0 ? 0 : random.nextLong(size));
        case 1 -> {
          var garbage = new byte[random.nextInt(1, 40)];
          random.nextBytes(garbage);
          channel.write(ByteBuffer.wrap(garbage), size);
        }
        case 2 -> {
          if (size == 0) {
            return false;
          }
          byte[] all = Files.readAllBytes(newest);
          int at = random.nextInt(all.length);
          all[at] ^= (byte) (1 << random.nextInt(8));
          Files.write(newest, all);
        }
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private static byte[] bytes(int number, int length) {
    var bytes = ByteBuffer.allocate(Math.max(4, length));
    return bytes.putInt(number).array();
  }

  private static List<Integer> numbers(SpoolBatch batch) {
    var numbers = new ArrayList<Integer>();
    batch.records().forEach(record -> numbers.add(ByteBuffer.wrap(record).getInt()));
    return numbers;
  }
}
