package dev.tidewatch.serverkit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class RoundsTest {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Pace FAST = Pace.every(MILLISECOND).pausing(MILLISECOND, MILLISECOND);
  private static final long PATIENCE_SECONDS = 60;

  private final Logger logger = (Logger) LoggerFactory.getLogger(Rounds.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  /** When a round began. */
  private final BlockingQueue<Long> begun = new LinkedBlockingQueue<>();

  private volatile @Nullable Thread worker;

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void listenNoMore() {
    logger.detachAppender(logged);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @Test
  void beginsAtOnceAndGoesOnOnADaemonThreadOfItsName() throws Exception {
    var threads = new LinkedBlockingQueue<Thread>();
    var rounds = Rounds.of("some-work", FAST, () -> threads.add(Thread.currentThread()));
    assertThat(threads).isEmpty();
    try (var _ = rounds.start()) {
      Thread first = threads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(first.getName()).isEqualTo("some-work");
      assertThat(first.isDaemon()).isTrue();
      assertThat(first.isVirtual()).isFalse();
      assertThat(threads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(first);
    }
  }

  @Test
  void waitsForTheIntervalAfterTheEndOfARound() throws Exception {
    try (var _ = Rounds.of("slow", Pace.every(Duration.ofMillis(50)), this::begin).start()) {
      long first = nextBegun();
      assertThat(nextBegun() - first).isGreaterThanOrEqualTo(50_000_000);
    }
  }

  @Test
  void waitsForTheIntervalBeforeTheFirstRoundIfAskedTo() throws Exception {
    long started = System.nanoTime();
    var rounds = Rounds.of("later", Pace.every(Duration.ofMillis(50)), this::begin);
    try (var _ = rounds.startWithTheWait()) {
      assertThat(nextBegun() - started).isGreaterThanOrEqualTo(50_000_000);
    }
    rounds = Rounds.of("later", Pace.every(NEVER), this::begin);
    try (var _ = rounds.startWithTheWait()) {
      begun.clear();
      rounds.wake();
      nextBegun();
    }
  }

  @Test
  void restsSoManyTimesAsLongAsTheRoundTook() throws Exception {
    Pace pace = Pace.every(MILLISECOND).resting(4);
    var rounds =
        Rounds.of(
            "resting",
            pace,
            () -> {
              begin();
              TimeUnit.MILLISECONDS.sleep(20);
            });
    try (var _ = rounds.start()) {
      long first = nextBegun();
      rounds.wake(); // ends an interval, but no rest
      assertThat(nextBegun() - first).isGreaterThanOrEqualTo(100_000_000);
    }
  }

  @Test
  void doesNotWaitForTheIntervalWhileThereIsMore() throws Exception {
    var pieces = new AtomicInteger(3);
    var rounds =
        Rounds.ofPieces(
            "pieces",
            Pace.every(NEVER),
            () -> {
              begin();
              return pieces.decrementAndGet() > 0;
            });
    try (var _ = rounds.start()) {
      nextBegun();
      nextBegun();
      nextBegun();
      awaitTheWait();
      assertThat(begun).isEmpty();
      rounds.wake();
      nextBegun();
    }
  }

  @Test
  void aCallDuringARoundCountsForTheWaitThatFollows() throws Exception {
    var mayEnd = new CountDownLatch(1);
    var rounds =
        Rounds.of(
            "called",
            Pace.every(NEVER),
            () -> {
              begin();
              mayEnd.await();
            });
    try (var _ = rounds.start()) {
      nextBegun();
      rounds.wake();
      rounds.wake();
      mayEnd.countDown();
      nextBegun();
      awaitTheWait();
      assertThat(begun).as("two calls of one round count once").isEmpty();
    }
  }

  @Test
  void aFailureIsLoggedOnceAndAgainWhenItChangesAndWhenItIsOver() throws Exception {
    var failures =
        List.<Runnable>of(
            () -> {
              throw new IllegalStateException("no connection after 30001 ms");
            },
            () -> {
              throw new IllegalStateException("no connection after 30002 ms");
            },
            () -> {
              throw new AssertionError("something else");
            },
            () -> {
              throw new Unavailable("INGEST_UNAVAILABLE", "ingest is away", MILLISECOND);
            },
            () -> {
              throw Status.UNAVAILABLE.withDescription("no route").asRuntimeException();
            },
            () -> {},
            () -> {
              throw new AssertionError("something else");
            });
    try (var _ = Rounds.of("faulty", FAST, inTurn(failures)).start()) {
      awaitRounds(failures.size() + 1);
    }
    assertThat(messages())
        .containsExactly(
            "faulty failed, trying again",
            "faulty failed, trying again",
            "faulty is held up, trying again: ingest is away",
            "faulty is held up, trying again: UNAVAILABLE: no route",
            "faulty works again",
            "faulty failed, trying again",
            "faulty works again");
    assertThat(logged.list.getFirst().getLevel()).isEqualTo(Level.WARN);
    assertThat(logged.list.getFirst().getThrowableProxy().getMessage()).contains("30001");
  }

  @Test
  void aFailureAfterALongTimeOfWorkIsLoggedAnew() throws Exception {
    Pace pace = Pace.every(NEVER).pausing(MILLISECOND, Duration.ofMillis(2));
    var rounds =
        Rounds.of(
            "long",
            pace,
            () -> {
              begin();
              TimeUnit.MILLISECONDS.sleep(50);
              throw new IllegalStateException("cut off");
            });
    try (var _ = rounds.start()) {
      nextBegun();
      nextBegun();
      nextBegun();
    }
    assertThat(messages())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch("long failed, trying again"::equals);
  }

  @Test
  void pausesAfterFailuresLongerEachTime() throws Exception {
    Pace pace = Pace.every(MILLISECOND).pausing(Duration.ofMillis(10), NEVER);
    var times = new ArrayList<Long>();
    try (var rounds = Rounds.of("failing", pace, this::fail).start()) {
      rounds.wake(); // ends no pause
      for (int i = 0; i < 5; i++) {
        times.add(nextBegun());
      }
    }
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1))
          .as("pause %s", i)
          .isGreaterThanOrEqualTo((10L << (i - 1)) * 1_000_000);
    }
  }

  @Test
  void thePauseAfterAFailureHasABound() throws Exception {
    Pace pace = Pace.every(NEVER).pausing(MILLISECOND, Duration.ofMillis(2));
    try (var _ = Rounds.of("failing", pace, this::fail).start()) {
      awaitRounds(30); // would take years if each pause were twice the last one
    }
  }

  @Test
  void theCloseInterruptsARoundAndReturnsAfterItsEnd() throws Exception {
    var ended = new AtomicBoolean();
    var rounds =
        Rounds.of(
            "waiting",
            FAST,
            () -> {
              begin();
              try {
                new CountDownLatch(1).await();
              } finally {
                ended.set(true);
              }
            });
    rounds.start();
    nextBegun();
    assertThat(rounds.isClosing()).isFalse();
    rounds.close();
    assertThat(ended).isTrue();
    assertThat(rounds.isClosing()).isTrue();
    rounds.close();
    assertThat(messages()).isEmpty();
  }

  @Test
  void theCloseEndsAWaitAndARoundThatAsksWhetherItIsClosing() throws Exception {
    try (var _ = Rounds.of("idle", Pace.every(NEVER), this::begin).start()) {
      nextBegun();
    }
    var self = new LinkedBlockingQueue<Rounds>();
    var rounds =
        Rounds.of(
            "asking",
            FAST,
            () -> {
              Rounds mine = self.take();
              begin();
              while (!mine.isClosing()) {
                Thread.onSpinWait();
              }
              throw new IllegalStateException("what it used is closed");
            });
    self.add(rounds);
    rounds.start();
    nextBegun();
    rounds.close();
    assertThat(messages()).as("a failure while closing is no news").isEmpty();
  }

  @Test
  void theCloseWaitsNoLongerThanItsBound() throws Exception {
    var mayEnd = new AtomicBoolean();
    var rounds =
        new Rounds(
            "stubborn",
            FAST,
            () -> {
              begin();
              while (!mayEnd.get()) {
                Thread.onSpinWait();
              }
              return false;
            },
            Duration.ofMillis(20));
    rounds.start();
    nextBegun();
    rounds.close();
    assertThat(messages())
        .containsExactly("stubborn still works, PT0.02S after it was told to end");
    mayEnd.set(true);
  }

  @Test
  void whatIsClosedBeforeItsStartNeverRuns() {
    var rounds = Rounds.of("late", FAST, this::begin);
    rounds.close();
    rounds.start().close();
    assertThat(begun).isEmpty();
  }

  @Test
  void aPaceIsChecked() {
    assertThatThrownBy(() -> Pace.every(Duration.ZERO)).hasMessageContaining("interval: PT0S");
    assertThatThrownBy(() -> FAST.resting(-1)).hasMessageContaining("restFactor: -1");
    assertThatThrownBy(() -> FAST.pausing(NEVER, MILLISECOND)).hasMessageContaining("pauseMin");
  }

  private void begin() {
    worker = Thread.currentThread();
    begun.add(System.nanoTime());
  }

  /** Returns when the round that began last is over, and its thread waits for the next one. */
  private void awaitTheWait() throws InterruptedException {
    Thread thread = Objects.requireNonNull(worker);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private void fail() {
    begin();
    throw new IllegalStateException("again");
  }

  private long nextBegun() throws InterruptedException {
    Long at = begun.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(at).as("a round begins").isNotNull();
    return at;
  }

  private void awaitRounds(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      nextBegun();
    }
  }

  /** Does one after another, and then nothing. */
  private Rounds.Work inTurn(List<Runnable> works) {
    var next = new AtomicInteger();
    return () -> {
      begin();
      int at = next.getAndIncrement();
      if (at < works.size()) {
        works.get(at).run();
      }
    };
  }

  private List<String> messages() {
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
