package dev.tidewatch.serverkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.SelectStrategy;
import io.grpc.netty.shaded.io.netty.util.IntSupplier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LoopRhythmTest {
  /** Longer than any test is held up. */
  private static final long LONG = TimeUnit.MINUTES.toNanos(10);

  private static final IntSupplier NOTHING = () -> 0;
  private static final IntSupplier TWO = () -> 2;

  @Test
  void sleepsWhereThereIsNothingToDo() throws Exception {
    var rhythm = new LoopRhythm(LONG);
    assertThat(rhythm.calculateStrategy(TWO, false)).isEqualTo(SelectStrategy.SELECT);
    assertThat(rhythm.calculateStrategy(NOTHING, true)).isZero();
    assertThat(rhythm.calculateStrategy(TWO, true)).isEqualTo(2);
    assertThat(rhythm.calculateStrategy(NOTHING, false)).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void watchesAfterAnAnswerOnceOneCallHasComeSoonAfterAnother() throws Exception {
    var rhythm = new LoopRhythm(LONG);
    rhythm.answered(System.nanoTime());
    assertThat(rhythm.calculateStrategy(NOTHING, false))
        .as("the first call")
        .isEqualTo(SelectStrategy.SELECT);
    rhythm.answered(System.nanoTime());
    assertThat(rhythm.calculateStrategy(NOTHING, false)).as("the second call").isZero();
    rhythm.answered(System.nanoTime());
    assertThat(rhythm.calculateStrategy(TWO, false)).as("one comes").isEqualTo(2);
    assertThat(rhythm.calculateStrategy(TWO, false))
        .as("until the next answer")
        .isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void watchesNoLongerThanItMay() throws Exception {
    long most = TimeUnit.MILLISECONDS.toNanos(20);
    var rhythm = new LoopRhythm(most);
    long from = System.nanoTime();
    rhythm.answered(from - LONG);
    rhythm.answered(System.nanoTime());
    while (rhythm.calculateStrategy(NOTHING, false) == 0) {
      assertThat(System.nanoTime() - from).isLessThan(LONG);
    }
    assertThat(rhythm.calculateStrategy(NOTHING, false)).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void watchesLessAndLessWhereCallsComeTooLateForIt() throws Exception {
    long most = TimeUnit.SECONDS.toNanos(1);
    var rhythm = new LoopRhythm(most);
    rhythm.answered(System.nanoTime());
    rhythm.answered(System.nanoTime());
    for (int i = 0; i < 40; i++) {
      rhythm.answered(System.nanoTime() + LONG);
    }
    assertThat(rhythm.calculateStrategy(NOTHING, false)).isEqualTo(SelectStrategy.SELECT);
    rhythm.answered(System.nanoTime());
    assertThat(rhythm.calculateStrategy(NOTHING, false)).as("one in time").isZero();
  }

  @Test
  void doesNotWatchWhereThatIsTurnedOff() throws Exception {
    var rhythm = new LoopRhythm(0);
    rhythm.answered(System.nanoTime());
    rhythm.answered(System.nanoTime());
    assertThat(rhythm.calculateStrategy(NOTHING, false)).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void endsItsWatchWhenAnotherThreadRanMeanwhile() throws Exception {
    var rhythm = new LoopRhythm(LONG);
    rhythm.answered(System.nanoTime());
    rhythm.answered(System.nanoTime());
    Thread.sleep(20);
    assertThat(rhythm.calculateStrategy(NOTHING, false))
        .as("between answer and first look it sends the answer")
        .isZero();
    Thread.sleep(20);
    assertThat(rhythm.calculateStrategy(NOTHING, false)).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void restsOnceAfterRefusals() throws Exception {
    var rhythm = new LoopRhythm(0);
    rhythm.refused();
    rhythm.refused();
    assertThat(rhythm.calculateStrategy(NOTHING, true)).as("refusals go out first").isZero();
    long from = System.nanoTime();
    assertThat(rhythm.calculateStrategy(TWO, false)).isEqualTo(2);
    assertThat(System.nanoTime() - from).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(rhythm.calculateStrategy(TWO, false)).isEqualTo(SelectStrategy.SELECT);
  }
}
