package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.batching.InferenceScheduler;
import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.VersionStatus.State;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.tensor.TensorEngines;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.time.InstantSource;
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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions in memory. Follows the registry: what an alias or an assignment names is fetched,
 * verified, loaded and warmed on threads of its own; only then do requests for the alias get it, at
 * once and all of them. Until then, and if it never comes to that, the version that served the
 * alias before goes on. A version that nothing names is let go when its last user is done.
 *
 * <p>Models take so much memory at most: where more are named, those unused longest are put out and
 * come back when somebody asks for them, who waits for that. Versions that an assignment names
 * stay.
 *
 * <p>Thread-safe; asking for what is in memory takes no lock.
 */
public final class Residency implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Residency.class);
  private static final Duration RETRY_FIRST = Duration.ofMillis(250);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(15);
  private static final Duration REFUSED_RETRY_FIRST = Duration.ofSeconds(60);
  private static final Duration REFUSED_RETRY_LONGEST = Duration.ofHours(1);
  private static final int REQUESTED_MAX = 1_024;
  private static final int WAITERS_MAX = 256;

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
  private int waiters;

  private volatile RegistryState registry = RegistryState.UNHEARD;
  private volatile Resident resident = Resident.NONE;

  /**
   * Starts the loading threads; the caller closes the residency.
   *
   * @param scheduler runs models of tensors; stays open
   */
  public static Residency open(
      ResidencySettings settings,
      ArtifactSource source,
      ModelFamilies families,
      TensorEngines engines,
      InferenceScheduler scheduler,
      InstantSource realClock) {
    var limits =
        new BundleLimits(
            settings.artifactBytesMax(),
            BundleLimits.DEFAULT.filesMax(),
            BundleLimits.DEFAULT.manifestBytesMax());
    return open(
        settings,
        settings.trials(),
        source,
        new ModelLoader(families, engines, limits),
        scheduler,
        realClock);
  }

  static Residency open(
      ResidencySettings settings,
      TrialSettings trials,
      ArtifactSource source,
      ModelLoader loader,
      InferenceScheduler scheduler,
      InstantSource realClock) {
    var cache =
        new ArtifactCache(
            settings.folder(),
            source,
            settings.artifactBytesMax(),
            settings.cacheBytesMax(),
            realClock);
    return new Residency(
        new Loading(
            source, cache, loader, new NativeTrials(trials), scheduler, settings, realClock),
        new MemoryBudget(settings.memoryBytesMax()));
  }

  private Residency(Loading loading, MemoryBudget budget) {
    this.loading = loading;
    this.budget = budget;
  }

  /** Takes up a new state of the registry. Returns at once; loading goes on behind. */
  public synchronized void follow(RegistryState state) {
    registry = state;
    reconcile();
  }

  /** As last followed. */
  public RegistryState registry() {
    return registry;
  }

  /** The version that answers for an alias, if it is in memory. */
  public Optional<ServedVersion.Use> use(AliasKey alias) {
    ServedVersion served = resident.routes().get(alias);
    return served == null ? Optional.empty() : served.use();
  }

  /**
   * The version that answers for an alias; waits for it to be loaded where it is not in memory.
   *
   * @param longest how long to wait for that
   * @throws NotFound {@code ALIAS_UNKNOWN}
   * @throws Unavailable {@code MODEL_NOT_READY} if it takes longer, or the version was refused and
   *     none was there before it
   */
  public ServedVersion.Use use(AliasKey alias, Duration longest) {
    Optional<ServedVersion.Use> there = use(alias);
    if (there.isPresent()) {
      return there.get();
    }
    Artifact artifact = registry.aliases().get(alias);
    if (artifact == null) {
      throw new NotFound(
              "ALIAS_UNKNOWN", "model %s has no alias %s".formatted(alias.model(), alias.alias()))
          .with("model", alias.model());
    }
    return use(artifact.version(), longest);
  }

  /**
   * A version by its number, loaded if it is not there.
   *
   * @param longest how long to wait for that
   * @throws NotFound {@code VERSION_UNKNOWN}
   * @throws Unavailable {@code MODEL_NOT_READY} if it takes longer, or the version was refused
   */
  public ServedVersion.Use use(VersionKey key, Duration longest) {
    ServedVersion served = resident.versions().get(key);
    Optional<ServedVersion.Use> there = served == null ? Optional.empty() : served.use();
    return there.isPresent() ? there.get() : await(key, longest);
  }

  private synchronized ServedVersion.Use await(VersionKey key, Duration longest) {
    if (!lives.containsKey(key)) {
      requested.add(key);
      if (requested.size() > REQUESTED_MAX) {
        requested.removeFirst();
      }
      reconcile();
    }
    if (waiters >= WAITERS_MAX) {
      throw NotReady.because(key, "%d requests wait for models already".formatted(waiters));
    }
    waiters++;
    try {
      long deadline = System.nanoTime() + longest.toNanos();
      while (true) {
        VersionLife life = lives.get(key);
        if (life == null) {
          throw NotReady.unknown(key);
        }
        ServedVersion served = life.served();
        Optional<ServedVersion.Use> use =
            served == null || life.state() != State.READY ? Optional.empty() : served.use();
        if (use.isPresent()) {
          return use.get();
        }
        demand(life);
        if (life.failure() instanceof NotFound) {
          requested.remove(key);
          reconcile();
          throw NotReady.unknown(key);
        }
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        boolean isGivenUp = life.isPausing() || life.state() == State.REFUSED;
        if (isGivenUp || leftMillis <= 0) {
          throw NotReady.because(key, life.failure());
        }
        wait(leftMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NotReady.because(key, "the wait was interrupted");
    } finally {
      waiters--;
    }
  }

  private void demand(VersionLife life) {
    if (heldOut.contains(life.key().model())) {
      throw NotReady.because(life.key(), "its model was unloaded by hand; load it again");
    }
    if (life.state() == State.UNLOADED) {
      life.wanted();
    }
    if (life.state().isUnderWay()) {
      life.demand();
    }
    admit();
  }

  /**
   * Loads what the model's aliases name, if it was unloaded by hand or refused, and waits for it.
   *
   * @throws NotFound {@code MODEL_UNKNOWN} if no alias of the model is known
   * @throws Unavailable {@code MODEL_NOT_READY} as {@link #use(VersionKey, Duration)}
   */
  public void load(String model, Duration longest) {
    List<VersionKey> keys = new ArrayList<>();
    synchronized (this) {
      for (VersionLife life : livesOf(model)) {
        keys.add(life.key());
        if (life.state() == State.REFUSED) {
          life.wanted();
        }
      }
      heldOut.remove(model);
      admit();
    }
    long deadline = System.nanoTime() + longest.toNanos();
    for (VersionKey key : keys) {
      use(key, Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))).close();
    }
  }

  /**
   * Puts all versions of a model out of memory once those who use them are done, and keeps them out
   * until {@link #load} or the end of this process.
   *
   * @throws NotFound {@code MODEL_UNKNOWN} if nothing of the model is known here
   */
  public synchronized void unload(String model) {
    List<VersionLife> known = livesOf(model);
    heldOut.add(model);
    for (VersionLife life : known) {
      supersede(life, new VersionLife(life.key(), life.artifact()));
    }
    reconcile();
  }

  private List<VersionLife> livesOf(String model) {
    List<VersionLife> known =
        lives.values().stream().filter(life -> life.key().model().equals(model)).toList();
    if (known.isEmpty()) {
      throw NotReady.unknownModel(model);
    }
    return known;
  }

  /** Any version of the model that could answer; for its grid. */
  synchronized Optional<ServedVersion> anyOf(String model) {
    return all()
        .filter(life -> life.key().model().equals(model))
        .flatMap(life -> Optional.ofNullable(life.served()).stream())
        .filter(ServedVersion::hasManifest)
        .findAny();
  }

  private Stream<VersionLife> all() {
    return Stream.concat(lives.values().stream(), former.stream());
  }

  /** True if the registry was heard and nothing that it names is on its way. */
  public synchronized boolean isSettled() {
    return registry.isHeard()
        && lives.values().stream().noneMatch(life -> life.state().isUnderWay());
  }

  /** Waits for {@link #isSettled}; false if the time passed first. */
  public synchronized boolean awaitSettled(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    while (!isSettled()) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        return false;
      }
      wait(leftMillis);
    }
    return true;
  }

  /** By model, then newest version first. */
  public synchronized List<VersionStatus> statuses() {
    var aliases = new HashMap<VersionKey, List<String>>();
    registry
        .aliases()
        .forEach((alias, artifact) ->
            aliases.computeIfAbsent(artifact.version(), v -> new ArrayList<>()).add(alias.alias()));
    var statuses = new TreeMap<VersionKey, VersionStatus>();
    all()
        .forEach(life -> {
          ServiceException failure = life.failure();
          List<String> names =
              aliases.getOrDefault(life.key(), List.of()).stream().sorted().toList();
          statuses.putIfAbsent(
              life.key(),
              new VersionStatus(
                  life.key(),
                  life.state(),
                  life.served(),
                  failure == null ? "" : failure.reason() + ": " + failure.getMessage(),
                  names,
                  life.memoryBytes()));
        });
    return List.copyOf(statuses.values());
  }

  /** What happened and what is there, for metrics and people. */
  public synchronized ResidencyCounts counts() {
    return new ResidencyCounts(
        resident.versions().size(),
        all().mapToLong(VersionLife::memoryBytes).sum(),
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
    inputs.keySet().retainAll(all().map(life -> life.key().model()).collect(Collectors.toSet()));
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
      synchronized (Residency.this) {
        life.located(artifact, estimate(artifact));
      }
    }

    @Override
    public boolean warming() {
      synchronized (Residency.this) {
        if (!life.isForsaken()) {
          life.warm();
        }
        return !life.isForsaken();
      }
    }

    @Override
    public void ready(ServedVersion served) {
      synchronized (Residency.this) {
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
            .ifPresent(leaving -> leaving.forEach(Residency.this::drain));
        settle();
      }
    }

    @Override
    public void unavailable(ServiceException why) {
      synchronized (Residency.this) {
        if (!life.isForsaken()) {
          pause(life, why);
        }
      }
    }

    @Override
    public void refused(ServiceException why) {
      synchronized (Residency.this) {
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
    all()
        .filter(life -> life.state() == State.READY)
        .flatMap(life -> Optional.ofNullable(life.served()).stream())
        .forEach(served -> served.retire(served::close));
  }
}
