package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.Labels;
import dev.tidewatch.inference.registry.RegistryState;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
      return named(question, question.model(), null, loadWait);
    }
    RegistryState registry = heardRegistry();
    Assignment assignment =
        registry
            .resolve(task, "", series, labels)
            .orElseThrow(() ->
                new NotFound(
                        "ASSIGNMENT_MISSING",
                        "no enabled assignment for %s covers %s; name a model, or assign one"
                            .formatted(task, series))
                    .with("series", series));
    return named(question, assignment.model(), assignment, loadWait);
  }

  /**
   * The versions that an assignment of each slot puts on a series; those that are not ready are
   * left out.
   */
  public List<Choice> chooseAll(Task task, String series) {
    return resolved.get(residency.registry()).resolveAll(task, series, labels).stream()
        .flatMap(assignment -> ready(assignment).stream())
        .toList();
  }

  /** The version that an assignment names, if it is ready. */
  public Optional<Choice> ready(Assignment assignment) {
    try {
      return Optional.of(
          named(ModelQuestion.ASSIGNED, assignment.model(), assignment, Duration.ZERO));
    } catch (NotFound | Unavailable | FailedPrecondition e) {
      LOG.debug("assignment {} is not ready: {}", assignment.name(), e.getMessage());
      return Optional.empty();
    }
  }

  /** The grid of any version of the model that is in memory: for answers in its place. */
  public Optional<Grid> gridOf(Task task, String series, ModelQuestion question) {
    String model =
        question.model().isEmpty()
            ? residency
                .registry()
                .resolve(task, "", series, labels)
                .map(Assignment::model)
                .orElse("")
            : question.model();
    return residency.anyOf(model).map(version -> version.manifest().grid());
  }

  private Choice named(
      ModelQuestion question, String model, @Nullable Assignment assignment, Duration wait) {
    String version = question.version();
    String alias = question.alias();
    if (version.isEmpty() && alias.isEmpty() && assignment != null) {
      version = assignment.version() == null ? "" : assignment.version();
      alias = assignment.alias() == null ? "" : assignment.alias();
    }
    if (!version.isEmpty()) {
      return choice(
          residency.use(new VersionKey(model, version), untilDeadline(wait)), "", assignment);
    }
    String followed = alias.isEmpty() ? AliasKey.CHAMPION : alias;
    return choice(byAlias(new AliasKey(model, followed), wait), followed, assignment);
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
      ServedVersion.Use use, String alias, @Nullable Assignment assignment) {
    if (assignment == null) {
      return new Choice(use, alias, "", "", Parameters.NONE, 0);
    }
    try {
      return new Choice(
          use,
          alias,
          assignment.name(),
          assignment.slot(),
          parameters(assignment),
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
