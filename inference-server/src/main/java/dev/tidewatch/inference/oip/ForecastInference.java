package dev.tidewatch.inference.oip;

import com.google.protobuf.ByteString;
import dev.tidewatch.inference.forecast.ForecastAnswer;
import dev.tidewatch.inference.forecast.ForecastQuestion;
import dev.tidewatch.inference.forecast.Forecasting;
import dev.tidewatch.inference.serving.ModelQuestion;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelInferResponse.InferOutputTensor;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import io.opentelemetry.api.trace.Span;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Forecasts as tensors. Thread-safe. */
public final class ForecastInference {
  static final String HISTORY = "history";
  static final String ORIGIN_MICROS = "origin_micros";
  private static final long ORIGIN_MICROS_MAX =
      Times.toMicros(Instant.parse("2200-01-01T00:00:00Z"));
  private static final int ELEMENTS_MAX = 1_000_000;
  static final List<String> OUTPUTS = List.of("mean", "lower", "upper");

  private final Forecasting forecasting;
  private final InstantSource domainClock;

  public ForecastInference(Forecasting forecasting, InstantSource domainClock) {
    this.forecasting = forecasting;
    this.domainClock = domainClock;
  }

  /** Values on the model's grid become one reading at the start of each interval. */
  ModelInferResponse infer(ModelInferRequest request, ModelQuestion model, Grid grid) {
    Map<String, Tensor> tensors = RequestTensors.decode(request);
    requireKnown(tensors);
    var parameters = new InferParameters(request.getParametersMap());
    double level = parameters.share("level", 0.9);
    Tensor given = vector(tensors, HISTORY, ElementType.FP64);
    double[] history = given.doubles();
    long originMicros =
        tensors.containsKey(ORIGIN_MICROS)
            ? single(vector(tensors, ORIGIN_MICROS, ElementType.INT64).longs())
            : Times.floorToMicros(domainClock.instant());
    List<String> outputs = outputs(request);
    ForecastAnswer answer =
        forecasting.answer(
            new ForecastQuestion(
                seriesName(parameters),
                model,
                parameters.integer("horizon", 0, 1, BundleManifest.HORIZON_MAX),
                List.of(level),
                List.of(),
                null,
                OptionalLong.of(originMicros),
                null,
                false,
                parameters.bool("record"),
                readings(history, grid, grid.indexAt(originMicros)),
                ForecastQuestion.Cause.REQUEST));
    return response(request, answer, outputs, given.shape().rank() == 2);
  }

  private static void requireKnown(Map<String, Tensor> tensors) {
    for (String name : tensors.keySet()) {
      if (!name.equals(HISTORY) && !name.equals(ORIGIN_MICROS)) {
        throw InvalidArgument.field(
            "inputs." + name,
            "is no input of the model; it takes %s, %s".formatted(HISTORY, ORIGIN_MICROS));
      }
    }
  }

  /** A tensor of shape [n] or [1, n]. */
  private static Tensor vector(Map<String, Tensor> tensors, String name, ElementType type) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw InvalidArgument.field("inputs." + name, "is missing; the model needs it");
    }
    if (tensor.type() != type) {
      throw InvalidArgument.field(
          "inputs." + name, "is %s; it must be %s".formatted(tensor.type(), type));
    }
    Shape shape = tensor.shape();
    boolean isVector = shape.rank() == 1 || (shape.rank() == 2 && shape.dimension(0) == 1);
    if (!isVector || shape.elements() < 1 || shape.elements() > ELEMENTS_MAX) {
      throw InvalidArgument.field(
          "inputs." + name,
          "has shape %s; it must be [n] or [1, n] with n from 1 to %d"
              .formatted(shape, ELEMENTS_MAX));
    }
    return tensor;
  }

  private static long single(long[] values) {
    if (values.length != 1) {
      throw InvalidArgument.field(
          "inputs." + ORIGIN_MICROS, "has %d elements; it has one".formatted(values.length));
    }
    if (Math.abs(values[0]) > ORIGIN_MICROS_MAX) {
      throw InvalidArgument.field(
          "inputs." + ORIGIN_MICROS,
          "is %d; it must lie between 1740 and 2200".formatted(values[0]));
    }
    return values[0];
  }

  private static String seriesName(InferParameters parameters) {
    String series = parameters.text("series");
    if (series.isEmpty()) {
      if (parameters.bool("record")) {
        throw InvalidArgument.field(
            "parameters.series", "is missing; the ledger needs the name of the series");
      }
      return "-";
    }
    try {
      return new SeriesName(series).value();
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("parameters.series", String.valueOf(e.getMessage()));
    }
  }

  private static ReadingColumns readings(double[] history, Grid grid, long originIndex) {
    var readings = ReadingColumns.builder(history.length);
    for (int i = 0; i < history.length; i++) {
      if (Double.isInfinite(history[i])) {
        throw InvalidArgument.field(
            "inputs." + HISTORY, "element %d is infinite; NaN stands for missing".formatted(i));
      }
      if (!Double.isNaN(history[i])) {
        readings.add(grid.startMicros(originIndex - history.length + i), history[i]);
      }
    }
    if (readings.size() == 0) {
      throw new FailedPrecondition(
          "INSUFFICIENT_HISTORY", "inputs.history: every element is NaN; give values");
    }
    return readings.build();
  }

  private static List<String> outputs(ModelInferRequest request) {
    if (request.getOutputsCount() == 0) {
      return OUTPUTS;
    }
    List<String> names =
        request.getOutputsList().stream().map(InferRequestedOutputTensor::getName).toList();
    for (String name : names) {
      if (!OUTPUTS.contains(name)) {
        throw InvalidArgument.field(
            "outputs." + name,
            "is no output of the model; it gives %s".formatted(String.join(", ", OUTPUTS)));
      }
    }
    return names;
  }

  private static ModelInferResponse response(
      ModelInferRequest request, ForecastAnswer answer, List<String> outputs, boolean batched) {
    Grid grid = answer.grid();
    long originMicros = grid.startMicros(answer.forecast().firstIndex());
    var response =
        ModelInferResponse.newBuilder()
            .setModelName(answer.answeredBy().model())
            .setModelVersion(answer.answeredBy().version())
            .setId(request.getId())
            .putParameters("alias", text(answer.answeredBy().alias()))
            .putParameters("tuning_revision", number(answer.answeredBy().tuningRevision()))
            .putParameters("origin_micros", number(originMicros))
            .putParameters("step_micros", number(grid.stepMicros()));
    if (Span.current().getSpanContext().isValid()) {
      response.putParameters("trace_id", text(Span.current().getSpanContext().getTraceId()));
    }
    for (String name : outputs) {
      var tensor = InferOutputTensor.newBuilder().setName(name).setDatatype("FP64");
      if (batched) {
        tensor.addShape(1);
      }
      response.addOutputs(tensor.addShape(answer.forecast().horizon()));
      response.addRawOutputContents(
          raw(
              switch (name) {
                case "lower" -> answer.forecast().lowers(0);
                case "upper" -> answer.forecast().uppers(0);
                default -> answer.forecast().means();
              }));
    }
    return response.build();
  }

  private static ByteString raw(double[] values) {
    return ByteString.copyFrom(Tensor.ofDoubles(Shape.of(values.length), values).contents());
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter number(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }
}
