package dev.tidewatch.inference.batching;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class InferenceSchedulerTest {
  private static final QueueLimits ONE_AT_ONCE = new QueueLimits(64, 1, List.of());

  private static InferenceRequest rows(float... firsts) {
    var values = new float[firsts.length * 2];
    for (int row = 0; row < firsts.length; row++) {
      values[2 * row] = firsts[row];
      values[2 * row + 1] = 0.5f;
    }
    return InferenceRequest.of(Map.of("x", Tensor.ofFloats(Shape.of(firsts.length, 2), values)));
  }

  private static InferenceRequest withPriority(int priority, float first) {
    return new InferenceRequest(
        rows(first).inputs(), Set.of(), priority, InferenceRequest.NO_DEADLINE);
  }

  private static InferenceRequest within(Duration left, float first) {
    return new InferenceRequest(
        rows(first).inputs(), Set.of(), 0, System.nanoTime() + left.toNanos());
  }

  /** From a thread that others wait for. */
  private static InferenceRequest inPassing(float first) {
    return inPassing(first, () -> {});
  }

  private static InferenceRequest inPassing(float first, Runnable answeredAlone) {
    return new InferenceRequest(
        rows(first).inputs(),
        Set.of(),
        0,
        InferenceRequest.NO_DEADLINE,
        new Caller(TimeUnit.SECONDS.toNanos(1), "a", Runnable::run, Runnable::run, answeredAlone));
  }

  private static float[] y(CompletableFuture<InferenceAnswer> answer) {
    return requireNonNull(answer.join().outputs().get("y")).floats();
  }

  /** A question that is being answered, on a thread of its own, until the gate lets it. */
  private static Thread occupy(ModelQueue queue, GatedModel model) {
    int before = model.calls().size();
    Thread asker = Thread.ofPlatform().start(() -> queue.submit(rows(0)).join());
    Await.until("a call", () -> model.calls().size() > before);
    return asker;
  }

  @Test
  void anIdleModelAnswersOnTheAskersThreadAtOnce() {
    var model = GatedModel.open();
    try (var scheduler = InferenceScheduler.open(1);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      for (int i = 0; i < 10; i++) {
        CompletableFuture<InferenceAnswer> answer = queue.submit(rows(i));
        assertThat(answer).isDone();
        assertThat(y(answer)).containsExactly(2 * i, 1);
        assertThat(answer.join().batchRows()).isEqualTo(1);
      }
      assertThat(model.threads()).containsOnly(Thread.currentThread().getName());
    }
  }

  @Test
  void aThreadThatOthersWaitForIsKeptOnlyForWhatIsKnownToBeShort() throws InterruptedException {
    String here = Thread.currentThread().getName();
    var model = GatedModel.open();
    var slow = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE);
        ModelQueue slowQueue = scheduler.open(slow, ONE_AT_ONCE)) {
      assertThat(y(queue.submit(inPassing(1)))).containsExactly(2, 1);
      assertThat(model.threads()).doesNotContain(here); // it might have been slow
      var alone = new ArrayList<String>();
      Runnable note = () -> alone.add(Thread.currentThread().getName());
      Await.until(
          "its time to be known and all places to be free",
          () -> y(queue.submit(inPassing(2, note))).length == 2 && !alone.isEmpty());
      assertThat(alone).containsExactly(here);
      assertThat(model.threads()).contains(here);

      Thread other = occupy(slowQueue, slow);
      int before = model.threads().size();
      for (int i = 0; i < 20; i++) {
        assertThat(y(queue.submit(inPassing(i, note)))).containsExactly(2 * i, 1);
      }
      assertThat(model.threads().subList(before, before + 20)).containsOnly(here);
      assertThat(alone).as("not while others ask").hasSize(1);

      CompletableFuture<InferenceAnswer> second = slowQueue.submit(inPassing(7));
      assertThat(y(queue.submit(inPassing(3)))).containsExactly(6, 1);
      assertThat(model.threads().getLast()).as("beside others that wait").isNotEqualTo(here);
      slow.gate.release(2);
      assertThat(y(second)).containsExactly(14, 1);
      other.join();
    }
  }

  /** As a connection's thread reads them: what is to be done after the reading is done then. */
  @Test
  void whatIsReadTogetherIsAnsweredTogether() {
    String here = Thread.currentThread().getName();
    var model = GatedModel.open();
    var read = new ArrayDeque<Runnable>();
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      for (int round = 0; round < 3; round++) {
        List<CompletableFuture<InferenceAnswer>> answers = readTogether(7, queue, read);
        assertThat(model.calls()).as("nothing begins before all is read").hasSize(round);
        assertThat(read).as("once for all of them").hasSize(1);
        read.remove().run();
        for (int i = 0; i < 7; i++) {
          assertThat(y(answers.get(i))).containsExactly(2 * i, 1);
          assertThat(answers.get(i).join().batchRows()).isEqualTo(7);
        }
        int done = round + 1;
        Await.until("the place to be free", () -> queue.statistics().batches() == done);
      }
      assertThat(model.threads().getFirst()).as("it might be slow").isNotEqualTo(here);
      assertThat(model.threads().subList(1, 3)).containsOnly(here);
    }
  }

  @Test
  void ofSeveralBatchesThatAreReadTogetherTheLastIsRunWhereTheyWereRead() {
    String here = Thread.currentThread().getName();
    for (int round = 0; round < 20; round++) {
      var model = GatedModel.open();
      var read = new ArrayDeque<Runnable>();
      try (var scheduler = InferenceScheduler.open(3);
          ModelQueue queue = scheduler.open(model, new QueueLimits(64, 3, List.of()))) {
        assertThat(y(queue.submit(rows(1)))).containsExactly(2, 1); // its time is known then
        List<CompletableFuture<InferenceAnswer>> answers = readTogether(20, queue, read);
        assertThat(read).as("once for each batch of eight").hasSize(3);
        while (!read.isEmpty()) {
          read.remove().run();
        }
        for (int i = 0; i < 20; i++) {
          assertThat(y(answers.get(i))).containsExactly(2 * i, 1);
        }
        List<String> ran = model.threads().subList(1, model.threads().size());
        assertThat(ran).hasSizeGreaterThan(2);
        assertThat(ran.stream().filter(here::equals)).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  /** What such an asker does with its answer may take long: that is not for this thread. */
  @Test
  void aThreadThatOthersWaitForDoesNotAnswerThoseWhoWait() {
    String here = Thread.currentThread().getName();
    var model = GatedModel.open();
    var read = new ArrayDeque<Runnable>();
    try (var scheduler = InferenceScheduler.open(1);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      assertThat(y(queue.submit(rows(1)))).containsExactly(2, 1); // its time is known then
      int before = model.threads().size();
      List<CompletableFuture<InferenceAnswer>> inPassing = readTogether(1, queue, read);
      CompletableFuture<InferenceAnswer> waits = queue.submit(rows(2));
      assertThat(waits).as("the only place is kept for after the reading").isNotDone();
      read.remove().run();
      assertThat(y(waits)).containsExactly(4, 1);
      assertThat(y(inPassing.getFirst())).containsExactly(0, 1);
      assertThat(model.threads().subList(before, model.threads().size())).doesNotContain(here);
    }
  }

  @Test
  void manyAnswersOfABatchAreToldInParts() throws InterruptedException {
    var model = new GatedModel(Integer.MAX_VALUE, 32);
    var after = new LinkedBlockingQueue<Runnable>();
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      List<CompletableFuture<InferenceAnswer>> answers = readTogether(20, queue, after);
      after.take().run();
      for (int told = 8; told < 20; told += 8) {
        Runnable next = after.take();
        assertThat(answers).filteredOn(CompletableFuture::isDone).hasSize(told);
        next.run();
      }
      for (int i = 0; i < 20; i++) {
        assertThat(y(answers.get(i))).containsExactly(2 * i, 1);
        assertThat(answers.get(i).join().batchRows()).isEqualTo(20);
      }
      assertThat(after).isEmpty();
    }
  }

  @Test
  void manyAreAnsweredWhereTheyWereReadIfOneBatchHoldsAllWhoAsk() {
    String here = Thread.currentThread().getName();
    var model = new GatedModel(0, 32);
    var read = new ArrayDeque<Runnable>();
    try (var scheduler = InferenceScheduler.open(1);
        ModelQueue queue = scheduler.open(model, new QueueLimits(64, 1, List.of()))) {
      readTogether(12, queue, read);
      read.remove().run();
      Await.until("the first batch", () -> model.calls().size() == 1);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // by far more than the network's
      model.gate.release(Integer.MAX_VALUE / 2);
      Await.until("its end", () -> queue.statistics().batches() == 1);

      readTogether(12, queue, read);
      runAll(read, queue, 2);
      assertThat(model.threads()).as("its time is known then").endsWith(here);

      readTogether(60, queue, read);
      runAll(read, queue, 4);
      readTogether(12, queue, read);
      runAll(read, queue, 5);
      assertThat(model.calls()).containsExactly(12, 12, 32, 28, 12);
      assertThat(model.threads().subList(2, 5)).as("others may ask meanwhile").doesNotContain(here);
    }
  }

  @Test
  void oneConnectionsThreadDoesNotHoldUpTheAnswersOfAnother() throws InterruptedException {
    var model = new GatedModel(Integer.MAX_VALUE, 32);
    var one = new LinkedBlockingQueue<Runnable>();
    var other = new ArrayDeque<Runnable>();
    try (var scheduler = InferenceScheduler.open(1);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      var answers = new ArrayList<>(readTogether(10, queue, one));
      answers.addAll(readTogether(10, queue, other));
      one.take().run();
      for (CompletableFuture<InferenceAnswer> answer : answers) {
        assertThat(answer.join().batchRows()).isEqualTo(20);
      }
      assertThat(one).isEmpty();
    }
  }

  @Test
  void placesAreLeftToConnectionsWhoseWorkIsMoreThanTheEngines() {
    GatedModel model = GatedModel.open();
    var read = new ArrayDeque<Runnable>();
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, new QueueLimits(64, 2, List.of()))) {
      for (int round = 0; round < 3; round++) {
        readTogether(8, queue, read);
        runAll(read, queue, round + 1);
      }
      int before = model.calls().size();
      model.gate.drainPermits();
      readTogether(16, queue, read);
      assertThat(read).as("one batch, then the other").hasSize(1);
      read.remove().run();
      Await.until("the first batch", () -> model.calls().size() == before + 1);
      model.gate.release();
      Await.until("the second, then", () -> model.calls().size() == before + 2);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)); // by far more than the network's
      model.gate.release(Integer.MAX_VALUE / 2);
      Await.until("its end", () -> queue.statistics().batches() == before + 2);

      readTogether(16, queue, read);
      assertThat(read).as("both at once, where the engine takes most").hasSize(2);
      runAll(read, queue, before + 4);
    }
  }

  private static void runAll(Queue<Runnable> read, ModelQueue queue, int batches) {
    while (!read.isEmpty()) {
      read.remove().run();
    }
    Await.until("the batches to end", () -> queue.statistics().batches() == batches);
  }

  private static List<CompletableFuture<InferenceAnswer>> readTogether(
      int count, ModelQueue queue, Queue<Runnable> afterwards) {
    var caller =
        new Caller(
            TimeUnit.SECONDS.toNanos(1), afterwards, afterwards::add, Runnable::run, () -> {});
    var answers = new ArrayList<CompletableFuture<InferenceAnswer>>();
    for (int i = 0; i < count; i++) {
      answers.add(
          queue.submit(
              new InferenceRequest(
                  rows(i).inputs(), Set.of(), 0, InferenceRequest.NO_DEADLINE, caller)));
    }
    return answers;
  }

  @Test
  void whatIsCancelledBeforeItsTurnGivesItsPlaceBackOnce() throws InterruptedException {
    var model = GatedModel.open();
    var slow = new GatedModel(0);
    var read = new ArrayDeque<Runnable>();
    try (var scheduler = InferenceScheduler.open(1);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE);
        ModelQueue slowQueue = scheduler.open(slow, ONE_AT_ONCE)) {
      var caller = new Caller(TimeUnit.SECONDS.toNanos(1), "a", read::add, Runnable::run, () -> {});
      assertThat(y(queue.submit(rows(1)))).containsExactly(2, 1); // its time is known then
      for (int i = 0; i < 3; i++) {
        queue
            .submit(
                new InferenceRequest(
                    rows(i).inputs(), Set.of(), 0, InferenceRequest.NO_DEADLINE, caller))
            .cancel(false);
        read.remove().run();
      }
      Thread other = occupy(slowQueue, slow);
      CompletableFuture<InferenceAnswer> second = queue.submit(rows(2));
      assertThat(second).as("the only place is taken").isNotDone();
      slow.gate.release(1);
      assertThat(y(second)).containsExactly(4, 1);
      other.join();
    }
  }

  @Test
  void whatNobodyRunsOnItsOwnThreadIsRunAllTheSame() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, new QueueLimits(64, 2, List.of()))) {
      var answers = new ArrayList<CompletableFuture<InferenceAnswer>>();
      for (int i = 0; i < 21; i++) {
        answers.add(queue.submit(inPassing(i)));
      }
      Await.until("both places to be used", () -> model.calls().size() == 2);
      model.gate.release(21);
      for (int i = 0; i < 21; i++) {
        assertThat(y(answers.get(i))).containsExactly(2 * i, 1);
      }
      assertThat(model.calls().stream().mapToInt(rows -> rows).sum()).isEqualTo(21);
      assertThat(model.calls().size()).isLessThanOrEqualTo(5);
      assertThat(model.threads()).doesNotContain(Thread.currentThread().getName());
    }
  }

  @Test
  void whatComesWhileTheModelIsBusyIsAnsweredTogether() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      Thread first = occupy(queue, model);
      var answers = new ArrayList<CompletableFuture<InferenceAnswer>>();
      for (int i = 1; i <= 11; i++) {
        answers.add(queue.submit(rows(i)));
      }
      assertThat(queue.waitingRows()).isEqualTo(11);
      model.gate.release(3);
      for (int i = 1; i <= 11; i++) {
        assertThat(y(answers.get(i - 1))).containsExactly(2 * i, 1);
      }
      first.join();
      assertThat(model.calls()).containsExactly(1, 8, 3);
      assertThat(answers.getFirst().join().batchRows()).isEqualTo(8);
      // A batch is counted after its answers are told.
      Await.until("the last batch to be counted", () -> queue.statistics().batches() == 3);
      BatchStatistics statistics = queue.statistics();
      assertThat(statistics.answered()).isEqualTo(12);
      assertThat(statistics.batches()).isEqualTo(3);
      assertThat(statistics.rows()).isEqualTo(12);
      assertThat(statistics.bySize().keySet()).containsExactly(1, 3, 8);
    }
  }

  @Test
  void preferredSizesAreKeptAndWhatIsLeftGoesNext() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, new QueueLimits(64, 1, List.of(2, 4)))) {
      Thread first = occupy(queue, model);
      var answers = new ArrayList<CompletableFuture<InferenceAnswer>>();
      for (int i = 0; i < 7; i++) {
        answers.add(queue.submit(rows(i)));
      }
      model.gate.release(10);
      answers.forEach(CompletableFuture::join);
      first.join();
      assertThat(model.calls()).containsExactly(1, 4, 2, 1);
    }
  }

  @Test
  void higherPrioritiesThenEarlierDeadlinesGoFirst() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      Thread first = occupy(queue, model);
      var answers = new ArrayList<CompletableFuture<InferenceAnswer>>();
      answers.add(queue.submit(rows(1)));
      answers.add(queue.submit(within(Duration.ofMinutes(9), 2)));
      answers.add(queue.submit(within(Duration.ofMinutes(5), 3)));
      answers.add(queue.submit(withPriority(1, 4)));
      model.gate.release(10);
      answers.forEach(CompletableFuture::join);
      first.join();
      assertThat(model.order()).containsExactly(0f, 4f, 3f, 2f, 1f);
    }
  }

  @Test
  void aFullQueueRefusesTheLeastUrgentAndSaysWhenToComeBack() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, new QueueLimits(3, 1, List.of()))) {
      Thread first = occupy(queue, model);
      var kept = List.of(queue.submit(rows(1, 2)), queue.submit(rows(3)));
      CompletableFuture<InferenceAnswer> refused = queue.submit(rows(4));
      assertThatThrownBy(refused::join)
          .hasCauseInstanceOf(ResourceExhausted.class)
          .cause()
          .isInstanceOfSatisfying(
              ResourceExhausted.class,
              e -> {
                assertThat(e.reason()).isEqualTo("QUEUE_FULL");
                assertThat(e.retryAfter()).isPresent();
              });
      CompletableFuture<InferenceAnswer> urgent = queue.submit(withPriority(5, 6));
      assertThatThrownBy(kept.get(1)::join).hasCauseInstanceOf(ResourceExhausted.class);
      model.gate.release(10);
      assertThat(y(urgent)).containsExactly(12, 1);
      assertThat(y(kept.getFirst())).containsExactly(2, 1, 4, 1);
      first.join();
      assertThat(queue.statistics().refused()).isEqualTo(2);
    }
  }

  @Test
  void whoseDeadlinePassesInTheQueueIsNotRun() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      Thread first = occupy(queue, model);
      CompletableFuture<InferenceAnswer> late = queue.submit(within(Duration.ofMillis(20), 1));
      CompletableFuture<InferenceAnswer> patient = queue.submit(rows(2));
      long from = System.nanoTime();
      Await.until(
          "passing time", () -> System.nanoTime() - from > TimeUnit.MILLISECONDS.toNanos(25));
      model.gate.release(10);
      assertThatThrownBy(late::join).hasCauseInstanceOf(DeadlineExceeded.class);
      assertThat(y(patient)).containsExactly(4, 1);
      first.join();
      assertThat(model.order()).containsExactly(0f, 2f);
      assertThat(queue.statistics().expired()).isEqualTo(1);
      assertThatThrownBy(queue.submit(within(Duration.ofMillis(-1), 1))::join)
          .hasCauseInstanceOf(DeadlineExceeded.class);
    }
  }

  @Test
  void aQuestionThatCannotBeAnsweredFailsAlone() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      Thread first = occupy(queue, model);
      CompletableFuture<InferenceAnswer> good = queue.submit(rows(1));
      CompletableFuture<InferenceAnswer> bad = queue.submit(rows(GatedModel.POISON));
      CompletableFuture<InferenceAnswer> alsoGood = queue.submit(rows(3));
      model.gate.release(10);
      assertThat(y(good)).containsExactly(2, 1);
      assertThat(y(alsoGood)).containsExactly(6, 1);
      assertThatThrownBy(bad::join)
          .isInstanceOf(CompletionException.class)
          .hasRootCauseMessage("poison");
      first.join();
    }
  }

  @Test
  void questionsOfOtherShapesAreOtherBatches() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
      Thread first = occupy(queue, model);
      CompletableFuture<InferenceAnswer> two = queue.submit(rows(1));
      CompletableFuture<InferenceAnswer> three =
          queue.submit(InferenceRequest.of(Map.of("x", Tensor.ofFloats(Shape.of(1, 3), 7, 8, 9))));
      CompletableFuture<InferenceAnswer> alsoTwo = queue.submit(rows(2));
      model.gate.release(10);
      assertThat(y(three)).containsExactly(14, 16, 18);
      assertThat(y(two)).containsExactly(2, 1);
      assertThat(y(alsoTwo)).containsExactly(4, 1);
      first.join();
      assertThat(model.calls()).containsExactly(1, 2, 1);
    }
    assertThatThrownBy(
            () -> {
              try (var scheduler = InferenceScheduler.open(1);
                  ModelQueue queue = scheduler.open(model, ONE_AT_ONCE)) {
                queue
                    .submit(
                        InferenceRequest.of(
                            Map.of(
                                "x",
                                Tensor.ofFloats(Shape.of(1, 1), 1),
                                "z",
                                Tensor.ofFloats(Shape.of(2, 1), 1, 2))))
                    .join();
              }
            })
        .isInstanceOf(TensorMismatchException.class);
  }

  @Test
  void aSlowModelLeavesRoomForOthers() throws InterruptedException {
    var slow = new GatedModel(0);
    var quick = GatedModel.open();
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue slowQueue = scheduler.open(slow, ONE_AT_ONCE);
        ModelQueue quickQueue = scheduler.open(quick, ONE_AT_ONCE)) {
      Thread first = occupy(slowQueue, slow);
      CompletableFuture<InferenceAnswer> behind = slowQueue.submit(rows(1));
      for (int i = 0; i < 50; i++) {
        assertThat(quickQueue.submit(rows(i))).isDone();
      }
      slow.gate.release(2);
      assertThat(y(behind)).containsExactly(2, 1);
      first.join();
    }
  }

  @Test
  void theModelThatHasUsedLeastGoesFirst() throws InterruptedException {
    var holder = new GatedModel(0);
    var used = GatedModel.open();
    var fresh = GatedModel.open();
    try (var scheduler = InferenceScheduler.open(1);
        ModelQueue holding = scheduler.open(holder, ONE_AT_ONCE);
        ModelQueue greedy = scheduler.open(used, new QueueLimits(100_000, 1, List.of()));
        ModelQueue modest = scheduler.open(fresh, ONE_AT_ONCE)) {
      Thread first = occupy(holding, holder);
      var order = new ArrayList<String>();
      var all = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 2_000; i++) {
        all.add(greedy.submit(rows(i)).thenRun(() -> order.add("greedy")));
      }
      all.add(modest.submit(rows(1)).thenRun(() -> order.add("modest")));
      holder.gate.release(1);
      CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
      first.join();
      assertThat(order.indexOf("modest")).isLessThan(100);
    }
  }

  @Test
  void aClosedQueueRefusesWhatWaitsAndLetsTheLastBatchEnd() throws InterruptedException {
    var model = new GatedModel(0);
    try (var scheduler = InferenceScheduler.open(2)) {
      ModelQueue queue = scheduler.open(model, ONE_AT_ONCE);
      Thread first = occupy(queue, model);
      CompletableFuture<InferenceAnswer> waiting = queue.submit(rows(1));
      Thread closing = Thread.ofPlatform().start(queue::close);
      assertThatThrownBy(waiting::join).hasCauseInstanceOf(Unavailable.class);
      assertThat(closing.isAlive()).isTrue();
      model.gate.release(1);
      closing.join();
      first.join();
      assertThatThrownBy(queue.submit(rows(1))::join).hasCauseInstanceOf(Unavailable.class);
    }
  }

  /** Many askers, any shapes, priorities, sizes and cancellations: everybody gets his own rows. */
  @Test
  void everybodyGetsHisOwnRows() throws InterruptedException {
    long seed = Long.getLong("tidewatch.seed", System.nanoTime());
    System.out.println("seed " + seed);
    var model = GatedModel.open();
    try (var scheduler = InferenceScheduler.open(2);
        ModelQueue queue = scheduler.open(model, new QueueLimits(200, 2, List.of(4)))) {
      var threads = new ArrayList<Thread>();
      var wrong = new ArrayList<String>();
      var random = new SplittableRandom(seed);
      for (int t = 0; t < 8; t++) {
        SplittableRandom own = random.split();
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 2_000; i++) {
                    String problem = askAndCheck(queue, own);
                    if (!problem.isEmpty()) {
                      synchronized (wrong) {
                        wrong.add(problem);
                      }
                    }
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(wrong).as("seed %d", seed).isEmpty();
      assertThat(queue.waitingRows()).isZero();
      BatchStatistics statistics = queue.statistics();
      assertThat(statistics.batches()).isLessThanOrEqualTo(statistics.answered());
    }
  }

  private static String askAndCheck(ModelQueue queue, SplittableRandom random) {
    var asked = new ArrayList<float[]>();
    var answers = new ArrayList<CompletableFuture<InferenceAnswer>>();
    int together = random.nextInt(1, 6);
    for (int i = 0; i < together; i++) {
      int rows = random.nextInt(1, 4);
      int columns = random.nextInt(1, 3);
      var values = new float[rows * columns];
      for (int j = 0; j < values.length; j++) {
        values[j] = random.nextInt(1_000_000);
      }
      asked.add(values);
      answers.add(
          queue.submit(
              new InferenceRequest(
                  Map.of("x", Tensor.ofFloats(Shape.of(rows, columns), values)),
                  random.nextBoolean() ? Set.of() : Set.of("y"),
                  random.nextInt(3),
                  random.nextBoolean()
                      ? InferenceRequest.NO_DEADLINE
                      : System.nanoTime() + TimeUnit.SECONDS.toNanos(60),
                  random.nextBoolean()
                      ? Caller.WAITING
                      : new Caller(
                          random.nextLong(50_000),
                          random.nextBoolean(),
                          Runnable::run,
                          Runnable::run,
                          () -> {}))));
    }
    for (int i = 0; i < together; i++) {
      if (random.nextInt(10) == 0) {
        answers.get(i).cancel(false);
        continue;
      }
      float[] given = asked.get(i);
      float[] found = y(answers.get(i));
      for (int j = 0; j < given.length; j++) {
        if (found.length != given.length || found[j] != 2 * given[j]) {
          return "asked %s, got %s".formatted(List.of(given), List.of(found));
        }
      }
    }
    return "";
  }
}
