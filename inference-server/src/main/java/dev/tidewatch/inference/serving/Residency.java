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
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

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
  private static final int WAITERS_MAX = 256;

  private final VersionLives lives;
  private final AtomicInteger waiters = new AtomicInteger();

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
            settings.trust(),
            realClock);
    return new Residency(
        new VersionLives(
            new Loading(
                source, cache, loader, new NativeTrials(trials), scheduler, settings, realClock),
            new MemoryBudget(settings.memoryBytesMax())));
  }

  private Residency(VersionLives lives) {
    this.lives = lives;
  }

  /** Takes up a new state of the registry. Returns at once; loading goes on behind. */
  public void follow(RegistryState state) {
    lives.follow(state);
  }

  /** As last followed. */
  public RegistryState registry() {
    return lives.registry();
  }

  /** The version that answers for an alias, if it is in memory. */
  public Optional<ServedVersion.Use> use(AliasKey alias) {
    ServedVersion served = lives.resident().routes().get(alias);
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
    Artifact artifact = registry().aliases().get(alias);
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
    ServedVersion served = lives.resident().versions().get(key);
    Optional<ServedVersion.Use> there = served == null ? Optional.empty() : served.use();
    return there.isPresent() ? there.get() : await(key, longest);
  }

  private ServedVersion.Use await(VersionKey key, Duration longest) {
    if (lives.get(key) == null) {
      lives.request(key);
    }
    if (waiters.incrementAndGet() > WAITERS_MAX) {
      waiters.decrementAndGet();
      throw NotReady.because(key, "%d requests wait for models already".formatted(WAITERS_MAX));
    }
    long deadline = System.nanoTime() + longest.toNanos();
    try {
      synchronized (lives) {
        while (true) {
          VersionLife life = known(key);
          ServedVersion served = life.state() == State.READY ? life.served() : null;
          Optional<ServedVersion.Use> use = served == null ? Optional.empty() : served.use();
          if (use.isPresent()) {
            return use.get();
          }
          lives.demand(life);
          long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          boolean isGivenUp = life.isPausing() || life.state() == State.REFUSED;
          if (isGivenUp || leftMillis <= 0) {
            throw NotReady.because(key, life.failure());
          }
          lives.wait(leftMillis);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NotReady.because(key, "the wait was interrupted");
    } finally {
      waiters.decrementAndGet();
    }
  }

  private VersionLife known(VersionKey key) {
    VersionLife life = lives.get(key);
    if (life != null && life.failure() instanceof NotFound) {
      lives.forget(key);
    }
    if (life == null || life.failure() instanceof NotFound) {
      throw NotReady.unknown(key);
    }
    if (lives.isHeldOut(key.model())) {
      throw NotReady.because(key, "its model was unloaded by hand; load it again");
    }
    return life;
  }

  /**
   * Loads what the model's aliases name, if it was unloaded by hand or refused, and waits for it.
   *
   * @throws NotFound {@code MODEL_UNKNOWN} if no alias of the model is known
   * @throws Unavailable {@code MODEL_NOT_READY} as {@link #use(VersionKey, Duration)}
   */
  public void load(String model, Duration longest) {
    List<VersionKey> keys = requireKnown(model);
    lives.letIn(model);
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
  public void unload(String model) {
    var _ = requireKnown(model);
    lives.holdOut(model);
  }

  private List<VersionKey> requireKnown(String model) {
    List<VersionKey> keys = lives.of(model).stream().map(VersionLife::key).toList();
    if (keys.isEmpty()) {
      throw NotReady.unknownModel(model);
    }
    return keys;
  }

  /** Any version of the model that could answer; for its grid. */
  Optional<ServedVersion> anyOf(String model) {
    return lives.all().stream()
        .filter(life -> life.key().model().equals(model))
        .flatMap(life -> Optional.ofNullable(life.served()).stream())
        .filter(ServedVersion::hasManifest)
        .findAny();
  }

  /** True if the registry was heard and nothing that it names is on its way. */
  public boolean isSettled() {
    return registry().isHeard() && lives.isSettled();
  }

  /** Waits for {@link #isSettled}; false if the time passed first. */
  public boolean awaitSettled(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    synchronized (lives) {
      while (!isSettled()) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (leftMillis <= 0) {
          return false;
        }
        lives.wait(leftMillis);
      }
    }
    return true;
  }

  /** By model, then newest version first. */
  public List<VersionStatus> statuses() {
    synchronized (lives) {
      var aliases = new HashMap<VersionKey, List<String>>();
      registry()
          .aliases()
          .forEach((alias, artifact) ->
              aliases
                  .computeIfAbsent(artifact.version(), v -> new ArrayList<>())
                  .add(alias.alias()));
      var statuses = new TreeMap<VersionKey, VersionStatus>();
      for (VersionLife life : lives.all()) {
        List<String> names = aliases.getOrDefault(life.key(), List.of()).stream().sorted().toList();
        statuses.putIfAbsent(life.key(), status(life, names));
      }
      return List.copyOf(statuses.values());
    }
  }

  private static VersionStatus status(VersionLife life, List<String> aliases) {
    ServiceException failure = life.failure();
    return new VersionStatus(
        life.key(),
        life.state(),
        life.served(),
        failure == null ? "" : failure.reason() + ": " + failure.getMessage(),
        aliases,
        life.memoryBytes());
  }

  /** What happened and what is there, for metrics and people. */
  public ResidencyCounts counts() {
    return lives.counts();
  }

  @Override
  public void close() {
    lives.close();
  }
}
