package dev.tidewatch.inference.trial;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.serving.VersionStatus;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries pending versions: loads each as it would be served, has it answer its smoke inputs, holds
 * the answer against its signature, and tells the registry. A version that cannot be loaded at all
 * has failed; one that could not be fetched or found no room is tried again. Runs on a thread of
 * its own; every replica does so, and the first to report decides.
 */
public final class VersionTrials {
  private static final Logger LOG = LoggerFactory.getLogger(VersionTrials.class);
  private static final int REASON_CHARACTERS_MAX = 4_000;

  private final PendingVersions pending;
  private final Residency residency;
  private final Duration interval;
  private final Duration loadLimit;
  private final Duration answerLimit;

  /**
   * @param interval between two looks at the registry
   * @param loadLimit how long a version may take to be fetched, loaded and warmed
   * @param answerLimit how long it may take to answer
   */
  public VersionTrials(
      PendingVersions pending,
      Residency residency,
      Duration interval,
      Duration loadLimit,
      Duration answerLimit) {
    this.pending = pending;
    this.residency = residency;
    this.interval = interval;
    this.loadLimit = loadLimit;
    this.answerLimit = answerLimit;
  }

  /** Begins to try; the caller closes it. */
  public Rounds start() {
    return Rounds.of("version-trials", Pace.every(interval), this::round).start();
  }

  /** Tries those that are pending now, one after the other. */
  void round() throws InterruptedException {
    for (VersionKey version : pending.list()) {
      Optional<Outcome> outcome = attempt(version);
      if (outcome.isPresent()) {
        LOG.info("{} {}", version, outcome.get().failure().orElse("answered its smoke inputs"));
        pending.report(version, outcome.get().failure().map(VersionTrials::shortened));
      }
    }
  }

  /** How it went. */
  private record Outcome(Optional<String> failure) {
    static final Outcome PASSED = new Outcome(Optional.empty());

    static Outcome failed(String why) {
      return new Outcome(Optional.of(why));
    }
  }

  /** Empty: not decided; to be tried again. */
  private Optional<Outcome> attempt(VersionKey version) throws InterruptedException {
    Map<String, Tensor> inputs = pending.smokeInputs(version);
    ServedVersion.Use use;
    try {
      use = residency.use(version, loadLimit);
    } catch (NotFound e) {
      return Optional.empty();
    } catch (ServiceException e) {
      return refusal(version).map(Outcome::failed);
    }
    Optional<TensorModel> model = use.version().tensors();
    if (model.isEmpty()) {
      use.close();
      return Optional.of(Outcome.failed("TASK_MISMATCH: it takes no tensors"));
    }
    return Optional.of(answer(use, model.get(), inputs));
  }

  private Optional<String> refusal(VersionKey version) {
    return residency.statuses().stream()
        .filter(status -> status.version().equals(version))
        .filter(status -> status.state() == VersionStatus.State.REFUSED)
        .map(VersionStatus::reason)
        .findFirst();
  }

  /** A model that never answers keeps its thread, and stays in memory with it. */
  private Outcome answer(ServedVersion.Use use, TensorModel model, Map<String, Tensor> inputs)
      throws InterruptedException {
    var answered = new CompletableFuture<Outcome>();
    Thread.ofPlatform()
        .daemon()
        .name("smoke-inputs")
        .start(() -> {
          try (use) {
            answered.complete(held(model, inputs));
          } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
            answered.complete(Outcome.failed("SMOKE_INPUT_FAILED: " + e));
          }
        });
    try {
      return answered.get(answerLimit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Outcome.failed("MODEL_HUNG: no answer to its smoke inputs within " + answerLimit);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Outcome held(TensorModel model, Map<String, Tensor> inputs) {
    model.signature().requireInputs(inputs);
    SortedMap<String, Tensor> outputs = model.infer(inputs, Set.of());
    for (TensorSpec spec : model.signature().outputs()) {
      Tensor given = outputs.get(spec.name());
      if (given == null) {
        return Outcome.failed("SIGNATURE_MISMATCH: it did not give its output " + spec);
      }
      if (given.type() != spec.type() || !spec.admits(given.shape())) {
        return Outcome.failed(
            "SIGNATURE_MISMATCH: it gave %s %s %s where its signature says %s"
                .formatted(spec.name(), given.type(), given.shape(), spec));
      }
    }
    return Outcome.PASSED;
  }

  private static String shortened(String reason) {
    return reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX));
  }
}
