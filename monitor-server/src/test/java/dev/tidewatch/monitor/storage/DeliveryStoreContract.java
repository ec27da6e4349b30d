package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.delivery.DeliveryFormat;
import dev.tidewatch.monitor.delivery.DeliveryStore;
import dev.tidewatch.monitor.delivery.DeliveryStore.Claimed;
import dev.tidewatch.monitor.delivery.DeliveryStore.DeadLetter;
import dev.tidewatch.monitor.delivery.DeliveryStore.NewDelivery;
import dev.tidewatch.monitor.delivery.DeliveryStore.Outcome;
import dev.tidewatch.monitor.delivery.DeliveryTarget;
import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DeliveryStore} must do; a subclass only says on which database. */
abstract class DeliveryStoreContract {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LEASE = Duration.ofSeconds(10);

  private TestDatabase test;
  private Database database;
  private DeliveryStore store;
  private long target;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    store = new PostgresDeliveryStore(database);
    target =
        new PostgresTargetStore(database)
            .create(
                new DeliveryTarget(
                    0,
                    "ops",
                    URI.create("http://127.0.0.1:9/alerts"),
                    DeliveryFormat.JSON,
                    Secret.NONE,
                    List.of(),
                    10,
                    false,
                    1),
                UUID.randomUUID())
            .id();
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  private NewDelivery delivery(int position, String key, boolean grouped) {
    return new NewDelivery(
        new UUID(7, position),
        target,
        key,
        grouped,
        position,
        List.of("{\"n\":" + position + "}"),
        "",
        grouped ? NOON.plusSeconds(1) : NOON);
  }

  private void queue(NewDelivery... deliveries) {
    assertThat(
            store.fanOut(turn -> {
              turn.enqueue(List.of(deliveries));
              turn.moveTo(deliveries[deliveries.length - 1].position());
              return turn.position();
            }))
        .isPresent();
  }

  private List<Claimed> claim(Instant now) {
    return store.claim(target, 10, now, LEASE);
  }

  @Test
  void aDeliveryIsClaimedByOneAndAgainWhenTheLeaseIsOver() {
    queue(delivery(1, "a", false), delivery(2, "b", false));
    queue(delivery(2, "b", false)); // a repeat changes nothing
    assertThat(store.targetsDue(NOON.minusSeconds(1))).isEmpty();
    assertThat(store.targetsDue(NOON)).containsExactly(target);

    List<Claimed> first = claim(NOON);
    assertThat(first).extracting(Claimed::attempt).containsExactly(1, 1);
    assertThat(first)
        .extracting(Claimed::events)
        .containsExactlyInAnyOrder(List.of("{\"n\":1}"), List.of("{\"n\":2}"));
    assertThat(claim(NOON.plusSeconds(9))).isEmpty();
    assertThat(claim(NOON.plusSeconds(11))).extracting(Claimed::attempt).containsExactly(2, 2);

    // The first claimer's failure comes late and counts no more; its success does.
    store.settle(
        List.of(
            new Outcome.GivenUp(new UUID(7, 1), 1, NOON, "late"),
            new Outcome.Delivered(new UUID(7, 2), 1, NOON)));
    assertThat(claim(NOON.plusSeconds(30))).extracting(Claimed::id).containsExactly(new UUID(7, 1));
  }

  @Test
  void deliveriesOfOneAlertAreSentOneAfterTheOther() {
    queue(delivery(1, "a", false), delivery(2, "a", false), delivery(3, "b", false));
    assertThat(claim(NOON))
        .extracting(Claimed::id)
        .containsExactlyInAnyOrder(new UUID(7, 1), new UUID(7, 3));
    store.settle(
        List.of(new Outcome.Failed(new UUID(7, 1), 1, NOON, "HTTP 503", NOON.plusSeconds(5))));
    assertThat(claim(NOON.plusSeconds(4))).isEmpty();
    assertThat(claim(NOON.plusSeconds(5))).extracting(Claimed::id).containsExactly(new UUID(7, 1));
    store.settle(List.of(new Outcome.Delivered(new UUID(7, 1), 2, NOON)));
    assertThat(claim(NOON.plusSeconds(5))).extracting(Claimed::id).containsExactly(new UUID(7, 2));
  }

  @Test
  void aGroupCollectsUntilItIsClaimed() {
    queue(delivery(1, "g", true), delivery(2, "g", true));
    queue(delivery(3, "g", true));
    assertThat(claim(NOON)).isEmpty();
    List<Claimed> one = claim(NOON.plusSeconds(1));
    assertThat(one).hasSize(1);
    assertThat(one.getFirst().events()).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
    queue(delivery(4, "g", true));
    store.settle(List.of(new Outcome.Delivered(one.getFirst().id(), 1, NOON)));
    assertThat(claim(NOON.plusSeconds(2)))
        .extracting(Claimed::events)
        .containsExactly(List.of("{\"n\":4}"));
  }

  @Test
  void deadLettersPageNewestFirstAndGoBackIntoTheQueue() {
    queue(delivery(1, "a", false), delivery(2, "b", false), delivery(3, "c", false));
    assertThat(claim(NOON)).hasSize(3);
    for (int i = 1; i <= 3; i++) {
      store.settle(List.of(new Outcome.GivenUp(new UUID(7, i), 1, NOON, "HTTP 500")));
    }
    var first = store.deadLetters(Optional.of("ops"), Optional.empty(), 2);
    var second = store.deadLetters(Optional.of("ops"), first.next(), 2);
    assertThat(first.items()).hasSize(2);
    assertThat(second.items()).hasSize(1);
    assertThat(second.next()).isEmpty();
    DeadLetter letter = second.items().getFirst();
    assertThat(letter.error()).isEqualTo("HTTP 500");
    assertThat(letter.attempts()).isEqualTo(1);
    assertThat(letter.firstAttemptAt()).isEqualTo(NOON);
    assertThat(store.deadLetters(Optional.of("other"), Optional.empty(), 2).items()).isEmpty();

    assertThat(store.retry(Set.of(letter.id()), NOON)).isEqualTo(1);
    assertThat(claim(NOON)).extracting(Claimed::id).containsExactly(letter.id());
    assertThat(store.purge(NOON, NOON.plusSeconds(1), 10)).isEqualTo(2);
    assertThat(store.deadLetters(Optional.empty(), Optional.empty(), 9).items()).isEmpty();
  }

  @Test
  void oneAtATimeFansOutAndAFailureLeavesNothingBehind() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var pool = Executors.newSingleThreadExecutor()) {
      var other =
          pool.submit(() ->
              store.fanOut(turn -> {
                inside.countDown();
                try {
                  return go.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }));
      assertThat(inside.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(store.fanOut(turn -> 1)).isEmpty();
      go.countDown();
      assertThat(other.get()).contains(true);
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            store.fanOut(turn -> {
              turn.enqueue(List.of(delivery(1, "a", false)));
              turn.moveTo(1);
              throw new IllegalStateException("a crash");
            }))
        .hasMessage("a crash");
    assertThat(store.fanOut(DeliveryStore.Turn::position)).contains(0L);
    assertThat(claim(NOON)).isEmpty();
  }
}
