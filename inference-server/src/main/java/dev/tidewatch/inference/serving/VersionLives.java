package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.VersionStatus.State;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lives of all versions that something names, and of those that are on their way out: who is
 * loaded next, who makes room, who answers. Every change happens under the monitor of this object,
 * which is notified of it; {@link #resident} is read without.
 */
final class VersionLives implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VersionLives.class);
  private static final Duration RETRY_FIRST = Duration.ofMillis(250);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(15);
  private static final Duration REFUSED_RETRY_FIRST = Duration.ofSeconds(60);
  private static final Duration REFUSED_RETRY_LONGEST = Duration.ofHours(1);
  private static final int REQUESTED_MAX = 1_024;

  /** A load that hung holds a thread; the same file is not given another. */
  private static final String HUNG = "MODEL_HUNG";

  private final Loading loading;
  private final MemoryBudget budget;

  /** Of every version that something names. */
  private final Map<VersionKey, VersionLife> lives = new LinkedHashMap<>();

  /** Of those that nothing names any more: still routed to, or draining. */
  private final Set<VersionLife> former = new HashSet<>();

  /** Asked for by number; the longest ago first. */
  private final LinkedHashSet<VersionKey> requested = new LinkedHashSet<>();

  /** Models that were put out by hand. */
  private final Set<String> heldOut = new HashSet<>();

  private final Map<String, RecordedInputs> inputs = new HashMap<>();
  private final AtomicLong loads = new AtomicLong();
  private final AtomicLong unloads = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();

  private WantedVersions wanted = WantedVersions.NONE;

  private volatile RegistryState registry = RegistryState.UNHEARD;
  private volatile Resident resident = Resident.NONE;

  VersionLives(Loading loading, MemoryBudget budget) {
    this.loading = loading;
    this.budget = budget;
  }

  synchronized void follow(RegistryState state) {
    registry = state;
    reconcile();
  }

  RegistryState registry() {
    return registry;
  }

  Resident resident() {
    return resident;
  }

  synchronized @Nullable VersionLife get(VersionKey key) {
    return lives.get(key);
  }

  /** Of the model's versions that something names. */
  synchronized List<VersionLife> of(String model) {
    return lives.values().stream().filter(life -> life.key().model().equals(model)).toList();
  }

  /** Current ones first. */
  synchronized List<VersionLife> all() {
    return Stream.concat(lives.values().stream(), former.stream()).toList();
  }

  /** True if nothing that is named is on its way to be ready or refused. */
  synchronized boolean isSettled() {
    return lives.values().stream().noneMatch(life -> life.state().isUnderWay());
  }

  /** From now on a request names the version; of those, beyond a bound the oldest is forgotten. */
  synchronized void request(VersionKey key) {
    requested.add(key);
    if (requested.size() > REQUESTED_MAX) {
      requested.removeFirst();
    }
    reconcile();
  }

  synchronized void forget(VersionKey key) {
    requested.remove(key);
    reconcile();
  }

  synchronized boolean isHeldOut(String model) {
    return heldOut.contains(model);
  }

  /** Puts the model's versions out as soon as nobody uses them, until it is {@link #letIn}. */
  synchronized void holdOut(String model) {
    List<VersionLife> known = of(model);
    heldOut.add(model);
    for (VersionLife life : known) {
      supersede(life, new VersionLife(life.key(), life.artifact()));
    }
    reconcile();
  }

  /** Takes versions of the model back, those that were refused too. */
  synchronized void letIn(String model) {
    for (VersionLife life : of(model)) {
      if (life.state() == State.REFUSED) {
        life.wanted();
      }
    }
    heldOut.remove(model);
    admit();
  }

  /** Somebody waits for the version. */
  synchronized void demand(VersionLife life) {
    if (life.state() == State.UNLOADED) {
      life.wanted();
    }
    if (life.state().isUnderWay()) {
      life.demand();
    }
    admit();
  }

  synchronized ResidencyCounts counts() {
    return new ResidencyCounts(
        resident.versions().size(),
        all().stream().mapToLong(VersionLife::memoryBytes).sum(),
        budget.bytesMax(),
        loads.get(),
        unloads.get(),
        refusals.get(),
        loading.stuck());
  }

  private void reconcile() {
    wanted = WantedVersions.of(registry, requested);
    wanted
        .artifacts()
        .forEach((key, artifact) -> {
          VersionLife life = lives.get(key);
          if (life == null || !life.isOf(artifact)) {
            supersede(life, new VersionLife(key, artifact));
          }
        });
    List.copyOf(lives.values()).stream()
        .filter(life -> !wanted.contains(life.key()))
        .forEach(life -> supersede(life, null));
    inputs
        .keySet()
        .retainAll(all().stream().map(life -> life.key().model()).collect(Collectors.toSet()));
    settle();
  }

  private void settle() {
    route();
    release();
    admit();
    notifyAll();
  }

  private void supersede(@Nullable VersionLife old, @Nullable VersionLife fresh) {
    if (old != null) {
      lives.remove(old.key());
      former.add(old);
    }
    if (fresh != null) {
      lives.put(fresh.key(), fresh);
    }
  }

  /** One write of one field: a request sees all of the old routes or all of the new ones. */
  private void route() {
    resident = resident.next(registry, lives, former, heldOut::contains);
  }

  private void release() {
    Set<ServedVersion> routed = new HashSet<>(resident.routes().values());
    for (VersionLife life : List.copyOf(former)) {
      ServedVersion served = life.served();
      if (life.state() == State.READY) {
        if (served != null && !routed.contains(served)) {
          drain(life);
        }
      } else if (life.state() != State.DRAINING) {
        life.forsake();
        former.remove(life);
      }
    }
  }

  private void drain(VersionLife life) {
    ServedVersion served = life.served();
    life.drain();
    if (served != null) {
      served.retire(() -> loading.dispose(served, () -> drained(life)));
    }
  }

  private synchronized void drained(VersionLife life) {
    LOG.debug("{} is unloaded", life.key());
    life.unloaded();
    unloads.incrementAndGet();
    former.remove(life);
    route();
    admit();
    notifyAll();
  }

  /** Gives those that wait their turn, as far as memory goes; those that are asked for first. */
  private void admit() {
    lives.values().stream()
        .filter(life -> life.state() == State.UNLOADED && isPinned(life))
        .filter(life -> !heldOut.contains(life.key().model()))
        .forEach(VersionLife::wanted);
    List<VersionLife> waiting =
        lives.values().stream()
            .filter(life -> life.state() == State.WANTED && !life.isPausing())
            .sorted((a, b) -> Boolean.compare(b.isDemanded(), a.isDemanded()))
            .toList();
    boolean isRoomMade = false;
    for (VersionLife life : waiting) {
      if (heldOut.contains(life.key().model())) {
        life.unloaded();
        continue;
      }
      try {
        requireSize(life);
      } catch (ResourceExhausted e) {
        refuse(life, e);
        continue;
      }
      boolean isUrgent = life.isDemanded() || isPinned(life) || replacesAnother(life);
      long bytes = estimate(life.artifact());
      Optional<List<VersionLife>> leaving =
          budget.roomFor(bytes, staying(), other -> isUrgent && mayLeave(other));
      if (leaving.isPresent()) {
        leaving.get().forEach(this::drain);
        isRoomMade |= !leaving.get().isEmpty();
        life.load(bytes);
        begin(life);
      } else if (!isUrgent) {
        life.unloaded();
      } else {
        pause(
            life,
            NotReady.memoryFull(
                "%s takes about %d bytes; models may take %d, and those there are in use"
                    .formatted(life.key(), bytes, budget.bytesMax())));
      }
    }
    if (isRoomMade) {
      route();
    }
  }

  private static long estimate(@Nullable Artifact artifact) {
    return ModelLoader.memoryBytes(artifact == null ? 0 : artifact.sizeBytes(), false);
  }

  /** Those that are not about to be replaced or on their way out. */
  private Collection<VersionLife> staying() {
    var staying = new ArrayList<>(lives.values());
    former.stream().filter(life -> !isAboutToBeReplaced(life)).forEach(staying::add);
    return staying;
  }

  private boolean isAboutToBeReplaced(VersionLife old) {
    return lives.values().stream()
        .anyMatch(
            life -> life.key().model().equals(old.key().model()) && life.state().isUnderWay());
  }

  private boolean replacesAnother(VersionLife life) {
    return former.stream().anyMatch(old -> old.key().model().equals(life.key().model()));
  }

  private boolean isPinned(VersionLife life) {
    return wanted.pinned().contains(life.key());
  }

  private boolean mayLeave(VersionLife life) {
    return lives.get(life.key()) == life && !isPinned(life);
  }

  /**
   * @throws ResourceExhausted where room would be made for it in vain
   */
  private void requireSize(VersionLife life) {
    Artifact artifact = life.artifact();
    if (artifact != null) {
      loading.requireSize(artifact);
    }
    long bytes = estimate(artifact);
    if (bytes > budget.bytesMax()) {
      throw NotReady.memoryFull(
          "%s takes about %d bytes; all models together may take %d"
              .formatted(life.key(), bytes, budget.bytesMax()));
    }
  }

  private void begin(VersionLife life) {
    RecordedInputs recorded =
        inputs.computeIfAbsent(life.key().model(), model -> new RecordedInputs());
    loading.submit(life.key(), life.artifact(), recorded, new Attempt(life));
  }

  private void pause(VersionLife life, ServiceException why) {
    LOG.info("{} is not loaded now: {}", life.key(), why.getMessage());
    life.failedForNow(why);
    loading.later(
        backOff(RETRY_FIRST, RETRY_LONGEST, life.attempts()),
        () -> {
          synchronized (this) {
            life.resume();
            admit();
          }
        });
    notifyAll();
  }

  private void refuse(VersionLife life, ServiceException why) {
    LOG.warn("{} is refused ({}): {}", life.key(), why.reason(), why.getMessage());
    refusals.incrementAndGet();
    life.refused(why);
    if (!why.reason().equals(HUNG)) {
      loading.later(
          backOff(REFUSED_RETRY_FIRST, REFUSED_RETRY_LONGEST, life.attempts()), () -> again(life));
    }
    notifyAll();
  }

  private synchronized void again(VersionLife life) {
    if (life.state() == State.REFUSED && lives.get(life.key()) == life) {
      life.wanted();
      admit();
    }
  }

  private static Duration backOff(Duration first, Duration longest, int attempts) {
    Duration delay = first.multipliedBy(1L << Math.min(attempts - 1, 10));
    return delay.compareTo(longest) > 0 ? longest : delay;
  }

  /** One load of one version, as it comes along. */
  private final class Attempt implements Loading.Progress {
    private final VersionLife life;

    Attempt(VersionLife life) {
      this.life = life;
    }

    @Override
    public void located(Artifact artifact) {
      synchronized (VersionLives.this) {
        life.located(artifact, estimate(artifact));
      }
    }

    @Override
    public boolean warming() {
      synchronized (VersionLives.this) {
        if (!life.isForsaken()) {
          life.warm();
        }
        return !life.isForsaken();
      }
    }

    @Override
    public void ready(ServedVersion served) {
      synchronized (VersionLives.this) {
        if (life.isForsaken()) {
          loading.dispose(served, () -> {});
          return;
        }
        LOG.info("{} is ready", life.key());
        loads.incrementAndGet();
        life.ready(served);
        // It may be larger than its file let expect.
        budget
            .roomFor(0, staying(), other -> other != life && mayLeave(other))
            .ifPresent(leaving -> leaving.forEach(VersionLives.this::drain));
        settle();
      }
    }

    @Override
    public void unavailable(ServiceException why) {
      synchronized (VersionLives.this) {
        if (!life.isForsaken()) {
          pause(life, why);
        }
      }
    }

    @Override
    public void refused(ServiceException why) {
      synchronized (VersionLives.this) {
        if (life.isForsaken()) {
          return;
        }
        refuse(life, why);
      }
    }
  }

  /** What is still in use then is let go of by its last user. */
  @Override
  public synchronized void close() {
    loading.close();
    resident = Resident.NONE;
    all().stream()
        .filter(life -> life.state() == State.READY)
        .flatMap(life -> Optional.ofNullable(life.served()).stream())
        .forEach(served -> served.retire(served::close));
  }
}
