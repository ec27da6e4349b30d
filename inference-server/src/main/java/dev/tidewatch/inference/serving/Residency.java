package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.VersionStatus.State;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.nio.file.Path;
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
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions in memory. Follows the registry: what an alias or an assignment names is fetched,
 * verified, loaded and warmed on a thread of its own; only then do requests for the alias get it,
 * at once and all of them. Until then, and if it never comes to that, the version that served the
 * alias before goes on. A version that nothing names is let go when its last user is done.
 *
 * <p>Thread-safe; asking for an alias takes no lock.
 */
public final class Residency implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Residency.class);
  private static final Duration RETRY_FIRST = Duration.ofMillis(250);
  private static final Duration RETRY_LONGEST = Duration.ofSeconds(15);
  private static final Duration REFUSED_RETRY = Duration.ofSeconds(60);
  private static final int REQUESTED_MAX = 64;

  private final ArtifactCache cache;
  private final ArtifactSource source;
  private final BundleLoader loader;
  private final ScheduledExecutorService loading;

  private final Map<VersionKey, Entry> entries = new HashMap<>();

  /** Asked for by number; the longest ago first. */
  private final LinkedHashSet<VersionKey> requested = new LinkedHashSet<>();

  private volatile RegistryState registry = RegistryState.UNHEARD;
  private volatile Map<AliasKey, ServedVersion> routes = Map.of();

  /** One version's way; guarded by the residency. */
  private static final class Entry {
    private final VersionKey key;
    private @Nullable Artifact artifact;
    private State state = State.LOADING;
    private @Nullable ServedVersion served;
    private @Nullable ServiceException failure;
    private int attempts;
    private boolean dropped;

    Entry(VersionKey key, @Nullable Artifact artifact) {
      this.key = key;
      this.artifact = artifact;
    }
  }

  /** Starts the loading thread; the caller closes the residency. */
  public static Residency open(
      ResidencySettings settings,
      ArtifactSource source,
      ModelFamilies families,
      InstantSource realClock) {
    var limits =
        new BundleLimits(
            settings.bundleBytesMax(),
            BundleLimits.DEFAULT.filesMax(),
            BundleLimits.DEFAULT.manifestBytesMax());
    return new Residency(
        new ArtifactCache(settings.folder(), source, settings.bundleBytesMax()),
        source,
        new BundleLoader(families, limits, realClock));
  }

  Residency(ArtifactCache cache, ArtifactSource source, BundleLoader loader) {
    this.cache = cache;
    this.source = source;
    this.loader = loader;
    this.loading =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("model-loading").daemon().factory());
  }

  /** Takes up a new state of the registry. Returns at once; loading goes on behind. */
  public synchronized void follow(RegistryState state) {
    registry = state;
    reconcile();
  }

  /** The version that answers for an alias now. */
  public Optional<ServedVersion> aliased(AliasKey alias) {
    return Optional.ofNullable(routes.get(alias));
  }

  /**
   * A version by its number, loaded if it is not there.
   *
   * @param longest how long to wait for that
   * @throws NotFound {@code VERSION_UNKNOWN}
   * @throws Unavailable {@code MODEL_NOT_READY} if it takes longer, or the version was refused
   */
  public synchronized ServedVersion version(VersionKey key, Duration longest)
      throws InterruptedException {
    requested.remove(key);
    requested.add(key);
    if (requested.size() > REQUESTED_MAX) {
      requested.removeFirst();
    }
    reconcile();
    long deadline = System.nanoTime() + longest.toNanos();
    while (true) {
      Entry entry = entries.get(key);
      if (entry == null) {
        throw new NotFound("VERSION_UNKNOWN", "the registry knows no version " + key);
      }
      if (entry.served != null) {
        return entry.served;
      }
      if (entry.failure instanceof NotFound) {
        requested.remove(key);
        throw new NotFound("VERSION_UNKNOWN", "the registry knows no version " + key);
      }
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (entry.state == State.REFUSED || leftMillis <= 0) {
        throw notReady(key, entry);
      }
      wait(leftMillis);
    }
  }

  private static Unavailable notReady(VersionKey key, @Nullable Entry entry) {
    String why =
        entry == null || entry.failure == null
            ? "it is being loaded"
            : entry.failure.reason() + ", " + entry.failure.getMessage();
    return new Unavailable(
        "MODEL_NOT_READY", "%s cannot answer: %s".formatted(key, why), Duration.ofSeconds(1));
  }

  /** Why an alias that the registry knows has nobody to answer for it. */
  synchronized Unavailable whyNotReady(AliasKey alias) {
    @Nullable Artifact artifact = registry.aliases().get(alias);
    if (artifact == null) {
      return new Unavailable(
          "MODEL_NOT_READY",
          "alias %s of %s was removed a moment ago".formatted(alias.alias(), alias.model()),
          Duration.ofSeconds(1));
    }
    return notReady(artifact.version(), entries.get(artifact.version()));
  }

  /** As last followed. */
  public RegistryState registry() {
    return registry;
  }

  /** Any version of the model that could answer; for its grid. */
  synchronized Optional<ServedVersion> anyOf(String model) {
    return entries.values().stream()
        .filter(entry -> entry.key.model().equals(model))
        .flatMap(entry -> Optional.ofNullable(entry.served).stream())
        .findAny();
  }

  /** True if the registry was heard and everything it names is ready or refused. */
  public synchronized boolean isSettled() {
    return registry.isHeard()
        && entries.values().stream().noneMatch(entry -> entry.state == State.LOADING);
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
    for (Entry entry : entries.values()) {
      String reason =
          entry.failure == null || entry.state != State.REFUSED
              ? ""
              : entry.failure.reason() + ": " + entry.failure.getMessage();
      List<String> names = aliases.getOrDefault(entry.key, List.of()).stream().sorted().toList();
      statuses.put(
          entry.key, new VersionStatus(entry.key, entry.state, entry.served, reason, names));
    }
    return List.copyOf(statuses.values());
  }

  private void reconcile() {
    Map<VersionKey, @Nullable Artifact> wanted = wanted();
    wanted.forEach((key, artifact) -> {
      Entry entry = entries.get(key);
      boolean isOther =
          entry != null
              && artifact != null
              && entry.artifact != null
              && !artifact.sha256().equals(entry.artifact.sha256());
      if (entry == null || isOther) {
        if (entry != null) {
          entry.dropped = true;
        }
        begin(new Entry(key, artifact));
      }
    });
    flip();
    release(wanted.keySet());
    notifyAll();
  }

  /** The artifact is null where only the number is known. */
  private Map<VersionKey, @Nullable Artifact> wanted() {
    var wanted = new LinkedHashMap<VersionKey, @Nullable Artifact>();
    for (Artifact artifact : registry.aliases().values()) {
      wanted.put(artifact.version(), artifact);
    }
    for (Assignment assignment : registry.assignments().values()) {
      if (assignment.version() != null && !assignment.disabled()) {
        wanted.putIfAbsent(new VersionKey(assignment.model(), assignment.version()), null);
      }
    }
    requested.forEach(key -> wanted.putIfAbsent(key, null));
    return wanted;
  }

  private void begin(Entry entry) {
    entries.put(entry.key, entry);
    submit(entry, Duration.ZERO);
  }

  private void submit(Entry entry, Duration delay) {
    try {
      var _ = loading.schedule(() -> attempt(entry), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("{} is not loaded: the server is closing", entry.key);
    }
  }

  private void attempt(Entry entry) {
    Artifact artifact;
    synchronized (this) {
      if (entry.dropped) {
        return;
      }
      artifact = entry.artifact;
    }
    try {
      if (artifact == null) {
        artifact =
            source
                .find(entry.key)
                .orElseThrow(() ->
                    new NotFound("VERSION_UNKNOWN", "the registry knows no version " + entry.key));
      }
      Path file = cache.fetch(artifact);
      ServedVersion served = loader.load(artifact, file);
      LOG.info("{} is ready", entry.key);
      loaded(entry, artifact, served);
    } catch (Unavailable | DeadlineExceeded e) {
      retryLater(entry, e);
    } catch (ServiceException e) {
      refuse(entry, e);
    } catch (BundleException e) {
      refuse(
          entry, new DataLoss("ARTIFACT_" + e.reason().name(), String.valueOf(e.getMessage()), e));
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      refuse(entry, new DataLoss("MODEL_UNSOUND", "loading failed: " + e, e));
    }
  }

  private synchronized void loaded(Entry entry, Artifact artifact, ServedVersion served) {
    entry.artifact = artifact;
    entry.served = served;
    entry.failure = null;
    entry.state = State.READY;
    reconcile();
  }

  private synchronized void retryLater(Entry entry, ServiceException failure) {
    entry.failure = failure;
    Duration delay = RETRY_FIRST.multipliedBy(1L << Math.min(entry.attempts++, 6));
    delay = delay.compareTo(RETRY_LONGEST) > 0 ? RETRY_LONGEST : delay;
    LOG.info(
        "{} cannot be fetched now, tried again in {}: {}", entry.key, delay, failure.getMessage());
    submit(entry, delay);
    notifyAll();
  }

  private synchronized void refuse(Entry entry, ServiceException failure) {
    LOG.warn("{} is refused ({}): {}", entry.key, failure.reason(), failure.getMessage());
    entry.failure = failure;
    entry.state = State.REFUSED;
    submit(entry, REFUSED_RETRY);
    reconcile();
  }

  /** One write of one field: a request sees all of the old routes or all of the new ones. */
  private void flip() {
    var next = new HashMap<AliasKey, ServedVersion>();
    registry
        .aliases()
        .forEach((alias, artifact) -> {
          Entry entry = entries.get(artifact.version());
          ServedVersion before = routes.get(alias);
          if (entry != null && entry.served != null) {
            next.put(alias, entry.served);
          } else if (before != null) {
            next.put(alias, before);
          }
        });
    routes = Map.copyOf(next);
  }

  private void release(Collection<VersionKey> wanted) {
    Set<ServedVersion> routed = new HashSet<>(routes.values());
    entries
        .values()
        .removeIf(entry -> {
          if (wanted.contains(entry.key)
              || (entry.served != null && routed.contains(entry.served))) {
            return false;
          }
          if (entry.served != null && entry.served.isInUse()) {
            entry.state = State.DRAINING;
            submitRelease();
            return false;
          }
          entry.dropped = true;
          return true;
        });
  }

  private void submitRelease() {
    try {
      var _ =
          loading.schedule(
              () -> {
                synchronized (this) {
                  release(wanted().keySet());
                }
              },
              100,
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("nothing is released: the server is closing");
    }
  }

  @Override
  public void close() {
    loading.shutdownNow();
  }
}
