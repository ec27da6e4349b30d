package dev.tidewatch.inference.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.inference.oip.Sequences.Sequence;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SequencesTest {
  private static final VersionKey SUMS = new VersionKey("sums", "1.0.0");
  private static final VersionKey NEWER = new VersionKey("sums", "2.0.0");

  private long nanos;
  private final Sequences sequences = new Sequences(() -> nanos, 2);

  @Test
  void aSequenceRemembersUntilItEnds() {
    Sequence first = sequences.at(start("a"), SUMS);
    assertThat(first.state()).isEmpty();
    var state = Map.of("state_sum", Tensor.ofInts(Shape.of(1, 1), 7));
    sequences.remember(first, state);
    assertThat(sequences.at(next("a"), SUMS).state()).isEqualTo(state);
    sequences.end(first);
    assertThatThrownBy(() -> sequences.at(next("a"), SUMS))
        .isInstanceOf(FailedPrecondition.class)
        .hasMessageStartingWith(
            "inference request for sequence a to model 'sums' must specify the START flag");
  }

  @Test
  void aNewStartUnderTheSameIdForgetsAndTheOldEndDoesNotEndTheNew() {
    Sequence old = sequences.at(start("a"), SUMS);
    sequences.remember(old, Map.of("state_sum", Tensor.ofInts(Shape.of(1), 7)));
    Sequence fresh = sequences.at(start("a"), SUMS);
    assertThat(fresh.state()).isEmpty();
    sequences.end(old);
    assertThat(sequences.at(next("a"), SUMS)).isSameAs(fresh);
  }

  @Test
  void aSequenceStaysWithTheVersionOfItsStart() {
    var _ = sequences.at(start("a"), SUMS);
    assertThat(sequences.versionOf("sums", "a")).contains(SUMS);
    assertThat(sequences.at(next("a"), NEWER).version()).isEqualTo(SUMS);
    assertThat(sequences.versionOf("sums", "b")).isEmpty();
  }

  @Test
  void theNumberIsBoundedAndIdleOnesAreForgotten() {
    var _ = sequences.at(start("a"), SUMS);
    nanos += Duration.ofSeconds(30).toNanos();
    var _ = sequences.at(start("b"), SUMS);
    assertThatThrownBy(() -> sequences.at(start("c"), SUMS))
        .isInstanceOf(ResourceExhausted.class)
        .hasMessageContaining("2 sequences are open");
    nanos += Duration.ofSeconds(31).toNanos();
    var _ = sequences.at(start("c"), SUMS);
    assertThat(sequences.openCount()).isEqualTo(2);
    assertThat(sequences.versionOf("sums", "a")).isEmpty();
    assertThat(sequences.versionOf("sums", "b")).isPresent();
  }

  @Test
  void requestsOfOneSequenceRunInTurnAndAFailureDoesNotStopTheNext() {
    Sequence sequence = sequences.at(start("a"), SUMS);
    List<String> order = new ArrayList<>();
    var slow = new CompletableFuture<String>();
    var first =
        sequences.inTurn(
            sequence,
            () -> {
              order.add("first");
              return slow;
            });
    var second =
        sequences.inTurn(
            sequence,
            () -> {
              order.add("second");
              return CompletableFuture.completedFuture("second");
            });
    assertThat(order).containsExactly("first");
    slow.completeExceptionally(new IllegalStateException("failed"));
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedWithValue("second");
    assertThat(order).containsExactly("first", "second");
  }

  private static SequencePosition start(String id) {
    return new SequencePosition(id, true, false);
  }

  private static SequencePosition next(String id) {
    return new SequencePosition(id, false, false);
  }
}
