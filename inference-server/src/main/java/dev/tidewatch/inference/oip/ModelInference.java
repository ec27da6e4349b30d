package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.batching.Caller;
import dev.tidewatch.inference.batching.ModelQueue;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelQuestion;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.grpc.ConnectionThread;
import io.opentelemetry.api.trace.Span;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Finds the version that answers a request, and has it answer. Thread-safe. */
final class ModelInference {
  /** Larger messages take too long to make tensors of, for a thread that others wait for. */
  private static final int AT_ONCE_BYTES_MAX = 64 << 10;

  /** What the engine may take of a connection's thread at a time. */
  private static final long CONNECTION_NANOS_MAX = 2_000_000;

  private final ModelRouter router;
  private final ForecastInference forecasts;
  private final TensorInference tensors;
  private final TensorShadows shadows;
  private final Sequences sequences;
  private final TraceSettings traces;
  private final Spans spans;

  ModelInference(
      ModelRouter router,
      ForecastInference forecasts,
      TensorInference tensors,
      TensorShadows shadows,
      Sequences sequences,
      TraceSettings traces,
      Spans spans) {
    this.router = router;
    this.forecasts = forecasts;
    this.tensors = tensors;
    this.shadows = shadows;
    this.sequences = sequences;
    this.traces = traces;
    this.spans = spans;
  }

  /**
   * Waits for the version to be loaded, and answers on this thread, where that has to be.
   *
   * @return fails with what is to be told
   */
  CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
    try {
      ModelQuestion question = question(request);
      return infer(request, question, choose(question), Caller.WAITING);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * As {@link #infer}, on a thread that others wait for.
   *
   * @return empty if that would wait or take long: to be asked for on another thread
   */
  Optional<CompletableFuture<ModelInferResponse>> inferAtOnce(ModelInferRequest request) {
    if (request.getSerializedSize() > AT_ONCE_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      ModelQuestion question = question(request);
      Optional<Choice> choice = told(question, () -> router.chooseNow(question));
      if (choice.isPresent() && queue(request, choice.get()).isEmpty()) {
        choice.get().close();
        return Optional.empty();
      }
      return choice.map(chosen -> infer(request, question, chosen, connection()));
    } catch (RuntimeException e) {
      return Optional.of(CompletableFuture.failedFuture(e));
    }
  }

  /** The thread of a connection, which others wait for. */
  private static Caller connection() {
    ConnectionThread thread = ConnectionThread.current();
    return new Caller(
        CONNECTION_NANOS_MAX, thread.key(), thread::after, thread::on, thread::answeredAlone);
  }

  /** The child span costs more than the rest; where it would not be recorded, it is left out. */
  private CompletableFuture<ModelInferResponse> infer(
      ModelInferRequest request, ModelQuestion question, Choice choice, Caller caller) {
    boolean isTraced =
        Span.current().getSpanContext().isSampled() && traces.traces(question.model());
    return isTraced
        ? spans.inAsync(
            "infer",
            span -> {
              span.setAttribute("tidewatch.model", choice.version().key().model());
              span.setAttribute("tidewatch.version", choice.version().key().version());
              return answered(request, question, choice, caller);
            })
        : answered(request, question, choice, caller);
  }

  /** A sequence stays with the version that answered its start. */
  private ModelQuestion question(ModelInferRequest request) {
    String model = request.getModelName();
    requireName("model_name", model);
    String version = request.getModelVersion();
    SequencePosition position = SequencePosition.of(request);
    if (version.isEmpty() && !position.isNone() && !position.start()) {
      version = sequences.versionOf(model, position.id()).map(VersionKey::version).orElse("");
    }
    String routingKey = new InferParameters(request.getParametersMap()).text("routing_key");
    return new ModelQuestion(model, version, "", routingKey);
  }

  private CompletableFuture<ModelInferResponse> answered(
      ModelInferRequest request, ModelQuestion question, Choice choice, Caller caller) {
    CompletableFuture<ModelInferResponse> answer;
    try {
      Optional<ModelQueue> queue = queue(request, choice);
      if (queue.isPresent()) {
        answer = tensors.infer(request, choice, queue.get(), caller);
        if (!choice.shadows().isEmpty()) {
          answer =
              answer.whenComplete((response, failure) -> {
                if (failure == null) {
                  shadows.answer(request, choice, response);
                }
              });
        }
      } else {
        ServedVersion version = choice.version();
        var _ = version.forecaster(); // a detector is refused here
        answer =
            CompletableFuture.completedFuture(
                forecasts.infer(request, question, version.manifest().grid()));
      }
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    if (answer.isDone()) {
      choice.close();
      return answer;
    }
    return answer.whenComplete((response, failure) -> choice.close());
  }

  /** Of the version's tensors; empty if the request is one for a forecast. */
  private static Optional<ModelQueue> queue(ModelInferRequest request, Choice choice) {
    ServedVersion version = choice.version();
    return version.isForecaster() && isForecast(request) ? Optional.empty() : version.queue();
  }

  private static boolean isForecast(ModelInferRequest request) {
    for (int i = 0; i < request.getInputsCount(); i++) {
      if (request.getInputs(i).getName().equals(ForecastInference.HISTORY)) {
        return true;
      }
    }
    return false;
  }

  static void requireName(String field, String name) {
    if (name.isEmpty()) {
      throw InvalidArgument.field(field, "is empty; name a model");
    }
  }

  /**
   * @throws NotFound with the text that clients of the protocol look for
   */
  Choice choose(ModelQuestion question) {
    return told(question, () -> router.choose(Task.FORECAST, "", question));
  }

  private static <T> T told(ModelQuestion question, Supplier<T> choosing) {
    try {
      return choosing.get();
    } catch (NotFound e) {
      String what =
          question.version().isEmpty()
              ? "'%s' is not found".formatted(question.model())
              : "'%s' version %s is not found".formatted(question.model(), question.version());
      throw new NotFound(e.reason(), "Request for unknown model: " + what, e);
    }
  }
}
