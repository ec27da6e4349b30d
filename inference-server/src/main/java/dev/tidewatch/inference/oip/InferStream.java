package dev.tidewatch.inference.oip;

import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelStreamInferResponse;
import dev.tidewatch.serverkit.errors.ServiceException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code ModelStreamInfer}: requests run side by side, at most {@link #IN_FLIGHT_MAX} of them,
 * and are answered in the order that they came. gRPC calls it from one thread at a time; answers
 * come from any.
 */
final class InferStream implements StreamObserver<ModelInferRequest> {
  static final int IN_FLIGHT_MAX = 64;
  private static final String WANTS_FINAL = "triton_enable_empty_final_response";
  private static final String FINAL = "triton_final_response";
  private static final Logger LOG = LoggerFactory.getLogger(InferStream.class);

  private final ModelInference inference;
  private final ServerCallStreamObserver<ModelStreamInferResponse> responses;

  /** Guarded by itself. */
  private final ArrayDeque<CompletableFuture<ModelStreamInferResponse>> pending =
      new ArrayDeque<>();

  private boolean halfClosed;
  private boolean done;

  InferStream(
      ModelInference inference, ServerCallStreamObserver<ModelStreamInferResponse> responses) {
    this.inference = inference;
    this.responses = responses;
    responses.disableAutoRequest();
    responses.request(IN_FLIGHT_MAX);
    responses.setOnReadyHandler(this::send);
    responses.setOnCancelHandler(this::stop);
  }

  @Override
  public void onNext(ModelInferRequest request) {
    CompletableFuture<ModelStreamInferResponse> answer =
        inference
            .infer(request)
            .handle((response, failure) ->
                failure == null ? success(request, response) : failure(request, failure));
    synchronized (pending) {
      pending.add(answer);
    }
    var _ = answer.whenComplete((response, failure) -> send());
  }

  private static ModelStreamInferResponse success(
      ModelInferRequest request, ModelInferResponse response) {
    InferParameter wantsFinal = request.getParametersMap().get(WANTS_FINAL);
    ModelInferResponse told =
        wantsFinal != null && wantsFinal.getBoolParam()
            ? response.toBuilder()
                .putParameters(FINAL, InferParameter.newBuilder().setBoolParam(true).build())
                .build()
            : response;
    return ModelStreamInferResponse.newBuilder().setInferResponse(told).build();
  }

  private static ModelStreamInferResponse failure(ModelInferRequest request, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String text;
    if (cause instanceof ServiceException e) {
      text = String.valueOf(e.getMessage());
    } else {
      String incident = UUID.randomUUID().toString();
      LOG.error("incident {} in ModelStreamInfer", incident, cause);
      text = "internal error; quote the incident " + incident + " when you report it";
    }
    return ModelStreamInferResponse.newBuilder()
        .setErrorMessage(text)
        .setInferResponse(
            ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(request.getModelVersion())
                .setId(request.getId()))
        .build();
  }

  /** Sends what is at the head and answered, as long as the caller takes it. */
  private void send() {
    synchronized (pending) {
      while (!done && !pending.isEmpty() && pending.getFirst().isDone() && responses.isReady()) {
        responses.onNext(pending.removeFirst().join());
        responses.request(1);
      }
      if (halfClosed && pending.isEmpty() && !done) {
        done = true;
        responses.onCompleted();
      }
    }
  }

  private void stop() {
    synchronized (pending) {
      done = true;
      pending.clear();
    }
  }

  @Override
  public void onError(Throwable t) {
    stop();
  }

  @Override
  public void onCompleted() {
    synchronized (pending) {
      halfClosed = true;
    }
    send();
  }
}
