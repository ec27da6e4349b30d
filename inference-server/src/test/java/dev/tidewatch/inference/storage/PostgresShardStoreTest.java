package dev.tidewatch.inference.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.inference.feed.DetectorState;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.ShardLease;
import dev.tidewatch.inference.feed.ShardStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresShardStoreTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(10);

  private TestDatabase testDatabase;
  private Database database;
  private ShardStore store;

  @BeforeEach
  void open() {
    testDatabase = TestDatabase.plain("inference", "db/migration/inference");
    database = testDatabase.open("inference");
    store = new PostgresShardStore(database);
  }

  @AfterEach
  void close() {
    database.close();
    testDatabase.close();
  }

  @Test
  void freeShardsAreTakenAndHeldOnesAreNot() {
    List<ShardLease> first = store.lease(4, "a", List.of(), NOW, LATER);
    assertThat(first).extracting(ShardLease::shard).containsExactly(0, 1, 2, 3);
    assertThat(store.lease(4, "b", List.of(), NOW.plusSeconds(5), LATER)).isEmpty();
    assertThat(store.lease(4, "a", first, NOW.plusSeconds(5), NOW.plusSeconds(15)))
        .isEqualTo(first);
    assertThat(store.lease(4, "b", List.of(), NOW.plusSeconds(12), NOW.plusSeconds(22))).isEmpty();
  }

  @Test
  void anExpiredLeaseIsTakenUnderAHigherFenceAndTheOldOneIsRefused() {
    List<ShardLease> first = store.lease(2, "a", List.of(), NOW, LATER);
    List<ShardLease> second =
        store.lease(2, "b", List.of(), LATER.plusSeconds(1), LATER.plusSeconds(20));
    assertThat(second).extracting(ShardLease::fence).containsExactly(2L, 2L);
    assertThatThrownBy(() ->
            store.checkpoint(first, new FeedPosition(1, 5), List.of(state("s", 1)), Set.of(), NOW))
        .isInstanceOf(ShardStore.LeaseLost.class);
    assertThat(store.checkpoints()).isEmpty();
    assertThat(store.states(Set.of("s"))).isEmpty();
    assertThat(store.lease(2, "a", first, LATER.plusSeconds(2), LATER.plusSeconds(30))).isEmpty();
  }

  @Test
  void theSameOwnerTakesItsOwnShardsBackAtOnceUnderANewFence() {
    store.lease(1, "a", List.of(), NOW, LATER);
    assertThat(store.lease(1, "a", List.of(), NOW.plusSeconds(1), LATER))
        .containsExactly(new ShardLease(0, "a", 2));
  }

  @Test
  void aReleasedShardIsFree() {
    store.release(store.lease(1, "a", List.of(), NOW, LATER));
    assertThat(store.lease(1, "b", List.of(), NOW, LATER))
        .containsExactly(new ShardLease(0, "b", 2));
  }

  @Test
  void checkpointsAndStatesMoveTogether() {
    List<ShardLease> leases = store.lease(2, "a", List.of(), NOW, LATER);
    store.checkpoint(
        leases, new FeedPosition(7, 5), List.of(state("s", 1), state("t", 2)), Set.of(), NOW);
    store.checkpoint(leases, new FeedPosition(7, 9), List.of(state("s", 3)), Set.of("t"), NOW);
    assertThat(store.checkpoints())
        .containsEntry(0, new FeedPosition(7, 9))
        .containsEntry(1, new FeedPosition(7, 9));
    List<DetectorState> states = store.states(Set.of("s", "t"));
    assertThat(states).hasSize(1);
    assertThat(states.getFirst().state()).containsExactly(3);
    assertThat(states.getFirst().lastTimeMicros()).isEqualTo(3);
  }

  @Test
  void aCheckpointOfSomeShardsLeavesTheOthersWhereTheyAre() {
    List<ShardLease> leases = store.lease(2, "a", List.of(), NOW, LATER);
    store.checkpoint(leases, new FeedPosition(7, 5), List.of(), Set.of(), NOW);
    store.checkpoint(
        leases.subList(0, 1), new FeedPosition(7, 9), List.of(state("s", 1)), Set.of(), NOW);
    assertThat(store.checkpoints())
        .containsEntry(0, new FeedPosition(7, 9))
        .containsEntry(1, new FeedPosition(7, 5));
  }

  @Test
  void statesComeInPages() {
    List<ShardLease> leases = store.lease(2, "a", List.of(), NOW, LATER);
    var elsewhere = new DetectorState("u", "", 1, "model", "1.0.0", 1, 1, new byte[] {1});
    var otherSlot = new DetectorState("s", "second", 0, "model", "1.0.0", 1, 1, null);
    store.checkpoint(
        leases,
        new FeedPosition(7, 5),
        List.of(state("t", 2), elsewhere, otherSlot, state("s", 1)),
        Set.of(),
        NOW);
    List<DetectorState> first = store.statesOf(List.of(0), null, 2);
    assertThat(first).extracting(DetectorState::slot).containsExactly("", "second");
    assertThat(first.getFirst().state()).containsExactly(1);
    assertThat(first.getLast().state()).isNull();
    assertThat(store.statesOf(List.of(0), first.getLast(), 2))
        .extracting(DetectorState::series)
        .containsExactly("t");
    assertThat(store.statesOf(List.of(0, 1), null, 10)).hasSize(4);
  }

  @Test
  void statesOfLeasedShardsAreForgottenAndThoseOfOthersStay() {
    List<ShardLease> leases = store.lease(2, "a", List.of(), NOW, LATER);
    var elsewhere = new DetectorState("u", "", 1, "model", "1.0.0", 1, 1, new byte[] {1});
    store.checkpoint(
        leases, new FeedPosition(7, 5), List.of(state("s", 1), elsewhere), Set.of(), NOW);
    store.forgetStates(leases.subList(0, 1));
    assertThat(store.states(Set.of("s", "u")))
        .extracting(DetectorState::series)
        .containsExactly("u");
    var old = List.of(new ShardLease(1, "a", 0));
    assertThatThrownBy(() -> store.forgetStates(old)).isInstanceOf(ShardStore.LeaseLost.class);
    assertThat(store.states(Set.of("u"))).hasSize(1);
  }

  private static DetectorState state(String series, int content) {
    return new DetectorState(
        series, "", 0, "model", "1.0.0", content, content, new byte[] {(byte) content});
  }
}
