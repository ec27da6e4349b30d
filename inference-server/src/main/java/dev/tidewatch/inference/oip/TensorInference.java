package dev.tidewatch.inference.oip;

import com.google.protobuf.UnsafeByteOperations;
import dev.tidewatch.inference.batching.Caller;
import dev.tidewatch.inference.batching.InferenceAnswer;
import dev.tidewatch.inference.batching.ModelQueue;
import dev.tidewatch.inference.oip.InferenceStatistics.Timing;
import dev.tidewatch.inference.oip.Sequences.Sequence;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelInferResponse.InferOutputTensor;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unimplemented;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tensors in, tensors out, with the memory of sequences. Thread-safe. */
public final class TensorInference {
  private static final Logger LOG = LoggerFactory.getLogger(TensorInference.class);

  private final Sequences sequences;
  private final InferenceStatistics statistics;

  TensorInference(Sequences sequences, InferenceStatistics statistics) {
    this.sequences = sequences;
    this.statistics = statistics;
  }

  /** The outputs that a request asks for, in its order, and what goes into the model for it. */
  private record Question(
      ModelInferRequest request,
      Choice choice,
      ModelQueue queue,
      SequenceContract contract,
      SequencePosition position,
      Map<String, Tensor> inputs,
      List<String> outputs,
      String traceId,
      long inputNanos,
      Caller caller) {}

  /**
   * @param choice that the caller closes when the future is done
   * @param queue of the version's model
   * @return fails with service exceptions
   */
  CompletableFuture<ModelInferResponse> infer(
      ModelInferRequest request, Choice choice, ModelQueue queue, Caller caller) {
    long begin = System.nanoTime();
    CompletableFuture<ModelInferResponse> answer;
    try {
      answer = answer(question(request, choice, queue, begin, caller));
    } catch (RuntimeException e) {
      return failed(choice, begin, e);
    }
    return answer.isDone() && !answer.isCompletedExceptionally()
        ? answer
        : answer.exceptionallyCompose(e -> failed(choice, begin, e));
  }

  private CompletableFuture<ModelInferResponse> failed(Choice choice, long begin, Throwable e) {
    statistics.failed(choice.version().key(), System.nanoTime() - begin);
    return CompletableFuture.failedFuture(told(e));
  }

  private static Question question(
      ModelInferRequest request, Choice choice, ModelQueue queue, long begin, Caller caller) {
    TensorModel model = queue.model();
    SequenceContract contract = SequenceContract.of(model.signature());
    Map<String, Tensor> inputs = RequestTensors.decode(request);
    List<String> outputs = outputs(request, contract, model);
    SpanContext span = Span.current().getSpanContext();
    return new Question(
        request,
        choice,
        queue,
        contract,
        SequencePosition.of(request),
        inputs,
        outputs,
        span.isValid() ? span.getTraceId() : "",
        System.nanoTime() - begin,
        caller);
  }

  private static List<String> outputs(
      ModelInferRequest request, SequenceContract contract, TensorModel model) {
    if (request.getOutputsCount() == 0) {
      List<TensorSpec> specs = contract.callersOutputs(model.signature());
      var all = new ArrayList<String>(specs.size());
      for (TensorSpec spec : specs) {
        all.add(spec.name());
      }
      return all;
    }
    var names = new HashSet<String>();
    for (InferRequestedOutputTensor output : request.getOutputsList()) {
      if (output.containsParameters("shared_memory_region")) {
        throw new Unimplemented(
            "SHARED_MEMORY_NOT_OFFERED",
            "outputs.%s is to go to shared memory, which is not offered; leave that out"
                .formatted(output.getName()));
      }
      if (output.containsParameters("classification")) {
        throw InvalidArgument.field(
            "outputs." + output.getName(),
            "asks for classification, which is not offered; sort the output yourself");
      }
      if (!names.add(output.getName())) {
        throw InvalidArgument.field("outputs." + output.getName(), "is there twice");
      }
    }
    return request.getOutputsList().stream().map(InferRequestedOutputTensor::getName).toList();
  }

  private CompletableFuture<ModelInferResponse> answer(Question question) {
    SequenceContract contract = question.contract();
    SequencePosition position = question.position();
    if (contract.isEmpty() || (position.isNone() && givesAll(question))) {
      return run(question, question.inputs(), Set.copyOf(question.outputs()))
          .thenApply(outputs -> respond(question, outputs));
    }
    if (position.isNone()) {
      throw InvalidArgument.field(
          "parameters.sequence_id",
          "inference request to model '%s' must specify a non-zero or non-empty correlation ID"
              .formatted(question.choice().version().key().model()));
    }
    Sequence sequence = sequences.at(position, question.choice().version().key());
    return sequences.inTurn(sequence, () -> step(question, sequence));
  }

  /** A caller that gives a sequence model's hidden inputs too keeps the memory itself. */
  private static boolean givesAll(Question question) {
    return question.inputs().keySet().containsAll(question.contract().states().keySet())
        && question.inputs().keySet().containsAll(question.contract().controls().keySet());
  }

  private CompletableFuture<ModelInferResponse> step(Question question, Sequence sequence) {
    SequenceContract contract = question.contract();
    var inputs = new LinkedHashMap<>(question.inputs());
    long rows = SequenceTensors.rows(question.inputs().values());
    contract
        .controls()
        .forEach((name, spec) ->
            inputs.put(name, SequenceTensors.control(spec, question.position(), rows)));
    var wanted = new HashSet<>(question.outputs());
    contract
        .states()
        .forEach((name, spec) -> {
          Tensor kept = sequence.state().get(name);
          inputs.put(name, kept == null ? SequenceTensors.zero(spec, rows) : kept);
          wanted.add(SequenceContract.nextOf(name));
        });
    return run(question, inputs, wanted)
        .thenApply(outputs -> {
          var state = new HashMap<String, Tensor>();
          contract
              .states()
              .keySet()
              .forEach(name -> {
                Tensor next = outputs.outputs().get(SequenceContract.nextOf(name));
                if (next != null) {
                  state.put(name, next);
                }
              });
          sequences.remember(sequence, state);
          return respond(question, outputs);
        })
        .whenComplete((response, failure) -> {
          if (question.position().end()) {
            sequences.end(sequence);
          }
        });
  }

  private CompletableFuture<InferenceAnswer> run(
      Question question, Map<String, Tensor> inputs, Set<String> wanted) {
    try {
      question.queue().model().signature().requireInputs(inputs);
    } catch (TensorMismatchException e) {
      throw InvalidArgument.field("inputs." + e.tensor(), e.problem());
    }
    try {
      if (question.request().getOutputsCount() > 0) { // else they are the model's own
        question.queue().model().signature().requireOutputs(wanted);
      }
    } catch (TensorMismatchException e) {
      throw InvalidArgument.field("outputs." + e.tensor(), e.problem());
    }
    CompletableFuture<InferenceAnswer> asked =
        QueuedCalls.submit(
            question.queue(),
            new InferParameters(question.request().getParametersMap()),
            inputs,
            wanted,
            question.caller());
    if (asked.isCompletedExceptionally() && asked.exceptionNow() instanceof ServiceException e) {
      throw e; // refused at once, and as cheaply as can be
    }
    UnaryOperator<InferenceAnswer> recorded =
        answer -> {
          // What the engine answered warms the versions to come.
          question.choice().version().inputs().offer(inputs, wanted);
          return answer;
        };
    return asked.isDone()
        ? asked.thenApply(recorded)
        : asked.thenApplyAsync(recorded, question.caller().on());
  }

  private ModelInferResponse respond(Question question, InferenceAnswer answered) {
    long begin = System.nanoTime();
    Choice choice = question.choice();
    var response =
        ModelInferResponse.newBuilder()
            .setModelName(choice.version().key().model())
            .setModelVersion(choice.version().key().version())
            .setId(question.request().getId());
    if (!choice.alias().isEmpty()) {
      response.putParameters("alias", text(choice.alias()));
    }
    if (!question.traceId().isEmpty()) {
      response.putParameters("trace_id", text(question.traceId()));
    }
    for (String name : question.outputs()) {
      Tensor tensor = answered.outputs().get(name);
      if (tensor == null) {
        throw new FailedPrecondition(
            "INFERENCE_FAILED", "the model did not give its output " + name);
      }
      put(response, name, tensor);
    }
    choice.version().countAnswer();
    statistics.succeeded(
        choice.version().key(),
        new Timing(
            Math.max(1, SequenceTensors.rows(question.inputs().values())),
            Math.max(1, answered.batchRows()),
            answered.queueNanos(),
            question.inputNanos(),
            answered.inferNanos(),
            System.nanoTime() - begin));
    return response.build();
  }

  private static void put(ModelInferResponse.Builder response, String name, Tensor tensor) {
    var output = InferOutputTensor.newBuilder().setName(name).setDatatype(tensor.type().name());
    for (int i = 0; i < tensor.shape().rank(); i++) {
      output.addShape(tensor.shape().dimension(i));
    }
    response.addOutputs(output);
    response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(tensor.contents()));
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  /** What the caller is told. */
  private static Throwable told(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case ServiceException e -> e;
      case TensorMismatchException e -> InvalidArgument.field("inputs." + e.tensor(), e.problem());
      case IllegalStateException e -> {
        LOG.info("an inference failed", e);
        yield new FailedPrecondition(
            "INFERENCE_FAILED", "the model failed on these inputs: " + e.getMessage(), e);
      }
      default -> cause;
    };
  }
}
