package dev.tidewatch.inference.oip;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds the version that answers a request, and has it answer. Thread-safe. */
final class ModelInference {
  private final ModelRouter router;
  private final ForecastInference forecasts;
  private final TensorInference tensors;
  private final Sequences sequences;
  private final TraceSettings traces;
  private final Spans spans;

  ModelInference(
      ModelRouter router,
      ForecastInference forecasts,
      TensorInference tensors,
      Sequences sequences,
      TraceSettings traces,
      Spans spans) {
    this.router = router;
    this.forecasts = forecasts;
    this.tensors = tensors;
    this.sequences = sequences;
    this.traces = traces;
    this.spans = spans;
  }

  /**
   * @return fails with what is to be told
   */
  CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
    String model = request.getModelName();
    try {
      requireName("model_name", model);
      ModelQuestion question = question(request);
      Choice choice = choose(question);
      return traces.traces(model)
          ? spans.inAsync(
              "infer",
              span -> {
                span.setAttribute("tidewatch.model", choice.version().key().model());
                span.setAttribute("tidewatch.version", choice.version().key().version());
                return answered(request, question, choice);
              })
          : answered(request, question, choice);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A sequence stays with the version that answered its start. */
  private ModelQuestion question(ModelInferRequest request) {
    String model = request.getModelName();
    String version = request.getModelVersion();
    SequencePosition position = SequencePosition.of(request);
    if (version.isEmpty() && !position.isNone() && !position.start()) {
      version = sequences.versionOf(model, position.id()).map(VersionKey::version).orElse("");
    }
    String routingKey = new InferParameters(request.getParametersMap()).text("routing_key");
    return new ModelQuestion(model, version, "", routingKey);
  }

  private CompletableFuture<ModelInferResponse> answered(
      ModelInferRequest request, ModelQuestion question, Choice choice) {
    CompletableFuture<ModelInferResponse> answer;
    try {
      ServedVersion version = choice.version();
      Optional<ModelQueue> queue = version.queue();
      if (queue.isPresent() && !(version.isForecaster() && isForecast(request))) {
        answer = tensors.infer(request, choice, queue.get());
      } else {
        var _ = version.forecaster(); // a detector is refused here
        answer =
            CompletableFuture.completedFuture(
                forecasts.infer(request, question, version.manifest().grid()));
      }
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer.whenComplete((response, failure) -> choice.close());
  }

  private static boolean isForecast(ModelInferRequest request) {
    return request.getInputsList().stream()
        .anyMatch(input -> input.getName().equals(ForecastInference.HISTORY));
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
    try {
      return router.choose(Task.FORECAST, "", question);
    } catch (NotFound e) {
      String what =
          question.version().isEmpty()
              ? "'%s' is not found".formatted(question.model())
              : "'%s' version %s is not found".formatted(question.model(), question.version());
      throw new NotFound(e.reason(), "Request for unknown model: " + what, e);
    }
  }
}
