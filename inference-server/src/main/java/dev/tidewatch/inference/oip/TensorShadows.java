package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.batching.InferenceAnswer;
import dev.tidewatch.inference.batching.InferenceRequest;
import dev.tidewatch.inference.batching.ModelQueue;
import dev.tidewatch.inference.forecast.ShadowDifferences;
import dev.tidewatch.inference.forecast.Shadowing;
import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelInferResponse.InferOutputTensor;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Has shadows answer what a model of tensors was asked, behind the caller's answer, one at a time,
 * and counts how far they lay from it. Requests of sequences have none, since their shadows would
 * need a memory of their own. Thread-safe.
 */
final class TensorShadows {
  /** Larger requests have no shadow: those that wait are held in memory. */
  private static final int REQUEST_BYTES_MAX = 64 << 10;

  /** Behind everybody else who asks the version. */
  private static final int PRIORITY = -1_000;

  private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  private final ModelRouter router;
  private final Shadowing shadowing;
  private final ShadowDifferences differences;
  private final Spans spans;

  TensorShadows(
      ModelRouter router, Shadowing shadowing, ShadowDifferences differences, Spans spans) {
    this.router = router;
    this.shadowing = shadowing;
    this.differences = differences;
    this.spans = spans;
  }

  /** Returns at once. */
  void answer(ModelInferRequest request, Choice choice, ModelInferResponse answered) {
    if (!SequencePosition.of(request).isNone()) {
      return;
    }
    VersionKey answeredBy = choice.version().key();
    for (AliasKey alias : choice.shadows()) {
      if (request.getSerializedSize() > REQUEST_BYTES_MAX) {
        shadowing.leaveOut();
        continue;
      }
      router
          .shadow(alias, choice)
          .ifPresent(shadow -> {
            String traceparent = TraceParents.current();
            boolean taken =
                shadowing.submit(() -> {
                  try (shadow) {
                    var _ =
                        spans.under(
                            traceparent,
                            "shadow",
                            span -> compared(request, answeredBy, answered, shadow));
                  }
                });
            if (!taken) {
              shadow.close();
            }
          });
    }
  }

  private boolean compared(
      ModelInferRequest request,
      VersionKey answeredBy,
      ModelInferResponse answered,
      Choice shadow) {
    ModelQueue queue = shadow.version().queue().orElse(null);
    if (queue == null) {
      return false;
    }
    Map<String, Tensor> inputs = RequestTensors.decode(request);
    queue.model().signature().requireInputs(inputs);
    var answers = new HashMap<String, Tensor>();
    for (int i = 0; i < answered.getOutputsCount(); i++) {
      InferOutputTensor output = answered.getOutputs(i);
      answers.put(output.getName(), tensor(answered, i));
    }
    List<String> common =
        queue.model().signature().outputs().stream()
            .map(TensorSpec::name)
            .filter(answers::containsKey)
            .sorted(Comparator.naturalOrder())
            .toList();
    Map<String, Tensor> shadows =
        inferred(
                queue,
                new InferenceRequest(
                    inputs,
                    common.stream().collect(Collectors.toSet()),
                    PRIORITY,
                    System.nanoTime() + WAIT_NANOS_MAX))
            .outputs();
    var own = new ArrayList<double[]>();
    var others = new ArrayList<double[]>();
    for (String name : common) {
      Tensor answer = answers.get(name);
      Tensor other = shadows.get(name);
      if (answer != null
          && other != null
          && answer.type() == other.type()
          && answer.shape().equals(other.shape())) {
        own.add(numbers(answer));
        others.add(numbers(other));
      }
    }
    shadow.version().countAnswer();
    differences.add(answeredBy, joined(own), shadow.version().key(), joined(others));
    return true;
  }

  private static InferenceAnswer inferred(ModelQueue queue, InferenceRequest request) {
    try {
      return queue.submit(request).get(WAIT_NANOS_MAX, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the server is closing", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the shadow has no answer: " + e.getMessage(), e);
    }
  }

  private static Tensor tensor(ModelInferResponse answered, int output) {
    InferOutputTensor form = answered.getOutputs(output);
    long[] dimensions = form.getShapeList().stream().mapToLong(Long::longValue).toArray();
    return new Tensor(
        ElementType.valueOf(form.getDatatype()),
        Shape.of(dimensions),
        answered.getRawOutputContents(output).asReadOnlyByteBuffer());
  }

  private static double[] joined(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /** None of what is no number, or too narrow to be a result. */
  private static double[] numbers(Tensor tensor) {
    return switch (tensor.type()) {
      case FP64 -> tensor.doubles();
      case FP32 -> {
        float[] floats = tensor.floats();
        var numbers = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
          numbers[i] = floats[i];
        }
        yield numbers;
      }
      case INT32 -> Arrays.stream(tensor.ints()).asDoubleStream().toArray();
      case INT64 -> Arrays.stream(tensor.longs()).asDoubleStream().toArray();
      default -> DoubleStream.empty().toArray();
    };
  }
}
