package dev.tidewatch.inference.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueueSizesTest {
  @Test
  void modelsThatAreNamedHaveTheirOwn() {
    var sizes = QueueSizes.parse(100, List.of("heavy=2", "a/b=c=300"));
    assertThat(sizes.limits("other").waitingRowsMax()).isEqualTo(100);
    assertThat(sizes.limits("heavy").waitingRowsMax()).isEqualTo(2);
    assertThat(sizes.limits("a/b=c").waitingRowsMax()).isEqualTo(300);
    assertThat(QueueSizes.USUAL.limits("any")).isEqualTo(QueueLimits.DEFAULT);
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThatThrownBy(() -> QueueSizes.parse(0, List.of()))
        .hasMessage("model-queue-rows: 0, expected 1 to 1000000");
    assertThatThrownBy(() -> QueueSizes.parse(1, List.of("heavy")))
        .hasMessage("model-queues: 'heavy', expected MODEL=ROWS such as heavy=64");
    assertThatThrownBy(() -> QueueSizes.parse(1, List.of("heavy=0")))
        .hasMessage("model-queues: heavy=0: 0, expected 1 to 1000000");
    assertThatThrownBy(() -> QueueSizes.parse(1, List.of("heavy=1", "heavy=2")))
        .hasMessage("model-queues: heavy is there twice");
  }
}
