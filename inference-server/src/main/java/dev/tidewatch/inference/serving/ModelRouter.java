package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.Labels;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.Routing;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.timeseries.Grid;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses who answers. Thread-safe. */
public final class ModelRouter {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRouter.class);

  private final Residency residency;
  private final ResolvedAssignments resolved = new ResolvedAssignments();
  private final Labels labels;
  private final Duration loadWait;

  /**
   * @param loadWait how long a request for a version by number waits for its loading
   */
  public ModelRouter(Residency residency, Labels labels, Duration loadWait) {
    this.residency = residency;
    this.labels = labels;
    this.loadWait = loadWait;
  }

  /**
   * The version for a question about a series.
   *
   * @throws NotFound {@code MODEL_UNKNOWN, ALIAS_UNKNOWN, VERSION_UNKNOWN, ASSIGNMENT_MISSING}
   * @throws Unavailable {@code MODEL_NOT_READY}
   */
  public Choice choose(Task task, String series, ModelQuestion question) {
    if (!question.model().isEmpty()) {
      return named(question, question.model(), null, series, loadWait);
    }
    Assignment assignment =
        assigned(heardRegistry(), task, series)
            .orElseThrow(() ->
                new NotFound(
                        "ASSIGNMENT_MISSING",
                        "no enabled assignment for %s covers %s; name a model, or assign one"
                            .formatted(task, series))
                    .with("series", series));
    return named(question, assignment.model(), assignment, series, loadWait);
  }

  /**
   * As {@link #choose(Task, String, ModelQuestion)}, without waiting for anything; empty if what is
   * asked for is not in memory.
   *
   * @throws NotFound {@code MODEL_UNKNOWN, ALIAS_UNKNOWN, VERSION_UNKNOWN}
   */
  public Optional<Choice> chooseNow(ModelQuestion question) {
    try {
      return Optional.of(named(question, question.model(), null, "", Duration.ZERO));
    } catch (Unavailable e) {
      LOG.debug("{} is not at hand: {}", question, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The version that one assignment gives to a series.
   *
   * @throws NotFound {@code MODEL_UNKNOWN, ALIAS_UNKNOWN, VERSION_UNKNOWN}
   * @throws Unavailable {@code MODEL_NOT_READY}
   */
  public Choice choose(Assignment assignment, String series) {
    return named(ModelQuestion.ASSIGNED, assignment.model(), assignment, series, loadWait);
  }

  private Optional<Assignment> assigned(RegistryState registry, Task task, String series) {
    return resolved.get(registry).resolveAll(task, series, labels).stream()
        .filter(assignment -> assignment.slot().isEmpty())
        .findFirst();
  }

  /**
   * The versions that an assignment of each slot puts on a series; those that are not ready are
   * left out.
   */
  public List<Choice> chooseAll(Task task, String series) {
    return resolved.get(residency.registry()).resolveAll(task, series, labels).stream()
        .flatMap(assignment -> ready(assignment, series).stream())
        .toList();
  }

  /**
   * The version that an assignment gives a series, if it is ready.
   *
   * @param series empty: the version that the alias itself names, without regard to shares
   */
  public Optional<Choice> ready(Assignment assignment, String series) {
    try {
      return Optional.of(
          named(ModelQuestion.ASSIGNED, assignment.model(), assignment, series, Duration.ZERO));
    } catch (NotFound | Unavailable | FailedPrecondition e) {
      LOG.debug("assignment {} is not ready: {}", assignment.name(), e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Series of the model's roles as the assignment of the same model for the series binds them;
   * empty if there is none.
   */
  public Map<String, String> bindings(Task task, String series, String model) {
    return resolved.get(residency.registry()).resolveAll(task, series, labels).stream()
        .filter(assignment -> assignment.model().equals(model))
        .findFirst()
        .map(Assignment::bindings)
        .orElse(Map.of());
  }

  /** The grid of any version of the model that is in memory: for answers in its place. */
  public Optional<Grid> gridOf(Task task, String series, ModelQuestion question) {
    String model =
        question.model().isEmpty()
            ? assigned(residency.registry(), task, series).map(Assignment::model).orElse("")
            : question.model();
    return residency.anyOf(model).map(version -> version.manifest().grid());
  }

  /**
   * What is to answer beside a choice, in role SHADOW; empty if it is not ready, or is the version
   * that answered.
   */
  public Optional<Choice> shadow(AliasKey alias, Choice beside) {
    Optional<ServedVersion.Use> use = ifReady(alias);
    if (use.isPresent() && use.get().version().key().equals(beside.version().key())) {
      use.get().close();
      return Optional.empty();
    }
    return use.map(held ->
        new Choice(
            held,
            alias.alias(),
            AnswerRole.SHADOW,
            List.of(),
            beside.assignment(),
            beside.slot(),
            beside.parameters(),
            beside.bindings(),
            beside.horizonSteps()));
  }

  private Choice named(
      ModelQuestion question,
      String model,
      @Nullable Assignment assignment,
      String series,
      Duration wait) {
    RouteOverride override = question.picks() ? RouteOverride.NONE : RouteOverride.current();
    String version = question.picks() ? question.version() : override.version();
    String alias = question.picks() ? question.alias() : override.alias();
    if (version.isEmpty() && alias.isEmpty()) {
      if (assignment != null && assignment.version() != null) {
        version = assignment.version();
      } else if (assignment == null || AliasKey.CHAMPION.equals(assignment.alias())) {
        return shared(model, assignment, routingKey(question, override, series), wait);
      } else {
        alias = String.valueOf(assignment.alias());
      }
    }
    if (!version.isEmpty()) {
      var key = new VersionKey(model, version);
      return choice(
          residency.use(key, untilDeadline(wait)), "", AnswerRole.CHAMPION, List.of(), assignment);
    }
    return choice(
        byAlias(new AliasKey(model, alias), wait), alias, roleOf(alias), List.of(), assignment);
  }

  private static String routingKey(ModelQuestion question, RouteOverride override, String series) {
    if (!question.routingKey().isEmpty()) {
      return question.routingKey();
    }
    return override.routingKey().isEmpty() ? series : override.routingKey();
  }

  private static AnswerRole roleOf(String alias) {
    return alias.equals(AliasKey.CANARY) ? AnswerRole.CANARY : AnswerRole.CHAMPION;
  }

  /** By the model's routing. A canary that is not ready leaves its keys to the champion. */
  private Choice shared(
      String model, @Nullable Assignment assignment, String routingKey, Duration wait) {
    Routing routing = residency.registry().routing(model);
    var champion = new AliasKey(model, AliasKey.CHAMPION);
    boolean isCanarys =
        routing.canaryBasisPoints() > 0
            && !routingKey.isEmpty()
            && CanaryBuckets.bucket(model, routingKey) < routing.canaryBasisPoints();
    if (isCanarys) {
      var key = new AliasKey(model, AliasKey.CANARY);
      Optional<ServedVersion.Use> canary = ifReady(key);
      if (canary.isPresent()) {
        List<AliasKey> shadows =
            Stream.concat(Stream.of(champion), shadows(model, routing))
                .filter(alias -> !alias.equals(key))
                .distinct()
                .toList();
        return choice(canary.get(), key.alias(), AnswerRole.CANARY, shadows, assignment);
      }
    }
    List<AliasKey> shadows =
        shadows(model, routing).filter(alias -> !alias.equals(champion)).toList();
    return choice(
        byAlias(champion, wait), champion.alias(), AnswerRole.CHAMPION, shadows, assignment);
  }

  private static Stream<AliasKey> shadows(String model, Routing routing) {
    return routing.shadowAliases().stream().map(alias -> new AliasKey(model, alias));
  }

  /** The caller's deadline, which gRPC passes on, counts too. */
  private static Duration untilDeadline(Duration wait) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return wait;
    }
    Duration left = Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    return left.compareTo(wait) < 0 ? left : wait;
  }

  private ServedVersion.Use byAlias(AliasKey key, Duration wait) {
    Optional<ServedVersion.Use> there = residency.use(key);
    if (there.isPresent()) {
      return there.get();
    }
    RegistryState registry = heardRegistry();
    if (!registry.knowsModel(key.model())) {
      throw new NotFound(
              "MODEL_UNKNOWN",
              "the registry has no model %s that an alias names".formatted(key.model()))
          .with("model", key.model());
    }
    if (!registry.aliases().containsKey(key)) {
      throw new NotFound(
              "ALIAS_UNKNOWN", "model %s has no alias %s".formatted(key.model(), key.alias()))
          .with("model", key.model())
          .with("alias", key.alias());
    }
    return residency.use(key, untilDeadline(wait));
  }

  /** If it is in memory; else it is asked for, so that it is there for those who come later. */
  private Optional<ServedVersion.Use> ifReady(AliasKey key) {
    Optional<ServedVersion.Use> there = residency.use(key);
    if (there.isPresent() || !residency.registry().aliases().containsKey(key)) {
      return there;
    }
    try {
      return Optional.of(residency.use(key, Duration.ZERO));
    } catch (NotFound | Unavailable e) {
      LOG.debug("{} is left out: {}", key, e.getMessage());
      return Optional.empty();
    }
  }

  private RegistryState heardRegistry() {
    RegistryState registry = residency.registry();
    if (!registry.isHeard()) {
      throw new Unavailable(
          "MODEL_NOT_READY",
          "the registry was not heard since this server started",
          Duration.ofSeconds(1));
    }
    return registry;
  }

  private static Choice choice(
      ServedVersion.Use use,
      String alias,
      AnswerRole role,
      List<AliasKey> shadows,
      @Nullable Assignment assignment) {
    if (assignment == null) {
      return new Choice(use, alias, role, shadows, "", "", Parameters.NONE, Map.of(), 0);
    }
    try {
      return new Choice(
          use,
          alias,
          role,
          shadows,
          assignment.name(),
          assignment.slot(),
          parameters(assignment),
          assignment.bindings(),
          assignment.schedule().horizonSteps());
    } catch (FailedPrecondition e) {
      use.close();
      throw e;
    }
  }

  private static Parameters parameters(Assignment assignment) {
    try {
      return Parameters.of(assignment.parameters());
    } catch (IllegalArgumentException e) {
      throw new FailedPrecondition(
              "ASSIGNMENT_INVALID",
              "assignment %s: %s".formatted(assignment.name(), e.getMessage()),
              e)
          .with("assignment", assignment.name());
    }
  }
}
