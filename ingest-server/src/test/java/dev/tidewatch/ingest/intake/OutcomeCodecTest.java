package dev.tidewatch.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class OutcomeCodecTest {
  @Test
  void readsWhatItWrote() {
    long seed = Long.getLong("tidewatch.seed", 7L);
    System.out.println("OutcomeCodecTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      var outcomes = new ArrayList<BatchOutcome>();
      int size = random.nextInt(5);
      for (int i = 0; i < size; i++) {
        outcomes.add(outcome(random));
      }
      byte[] bytes = OutcomeCodec.encode(outcomes);
      assertThat(OutcomeCodec.decode(bytes)).isEqualTo(outcomes);
      byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      assertThatThrownBy(() -> OutcomeCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static BatchOutcome outcome(SplittableRandom random) {
    var rejects = new ArrayList<Reject>();
    int index = 0;
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      index += random.nextInt(1_000_000);
      RejectReason reason = RejectReason.of(1 + random.nextInt(11));
      rejects.add(new Reject(index, reason, "é".repeat(random.nextInt(200))));
    }
    return new BatchOutcome(
        new BatchDigest(random.nextLong(), random.nextLong()),
        new Counts(random.nextLong(1L << 40), random.nextInt(100), 0, 1, count),
        rejects);
  }

  @Test
  void keepsOnlyTheFirstMessages() {
    var rejects = new ArrayList<Reject>();
    for (int i = 0; i < OutcomeCodec.MESSAGES_MAX + 1; i++) {
      rejects.add(new Reject(i, RejectReason.DUPLICATE, "message"));
    }
    var outcome =
        new BatchOutcome(new BatchDigest(1, 2), new Counts(0, 0, 0, 0, rejects.size()), rejects);
    List<Reject> read =
        OutcomeCodec.decode(OutcomeCodec.encode(List.of(outcome))).getFirst().rejects();
    assertThat(read.get(OutcomeCodec.MESSAGES_MAX - 1).message()).isEqualTo("message");
    assertThat(read.getLast().message()).isEmpty();
  }
}
