package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastResponse;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.ModelConfigRequest;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferInputTensor;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelInput;
import dev.tidewatch.proto.oip.ModelMetadataRequest;
import dev.tidewatch.proto.oip.ModelMetadataResponse.TensorMetadata;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks are loaded, swapped and asked as any other model. */
class NetworkServingTest {
  private static final String SERIES = "wave/one";

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    var provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
    world =
        new World(folder)
            .with(Telemetry.of(OpenTelemetrySdk.builder().setTracerProvider(provider).build()))
            .with("forecast-cache", "0")
            .with("model-trials", "false") // another test's matter, and a process each
            .withForecaster();
    world.ingest.append(SERIES, TestModels.wave(TestModels.START, 24 * 40));
    world.start();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void anLstmServedByEitherEngineAnswersTheSame() {
    SeriesForecast tensorflow = swappedIn("2.0.0", TestModels.lstm(1, "tensorflow"));
    SeriesForecast onnx = swappedIn("3.0.0", TestModels.lstm(1, "onnx"));
    assertThat(tensorflow.getMeanCount()).isEqualTo(TestModels.HORIZON);
    for (int step = 0; step < TestModels.HORIZON; step++) {
      assertThat(tensorflow.getMean(step))
          .isCloseTo(TestModels.waveAt(tensorflow.getTargetTimesMicros(step)), within(1.0));
      assertThat(tensorflow.getIntervals(0).getLower(step)).isLessThan(tensorflow.getMean(step));
      assertThat(tensorflow.getIntervals(0).getUpper(step)).isGreaterThan(tensorflow.getMean(step));
      assertThat(onnx.getMean(step)).isCloseTo(tensorflow.getMean(step), within(1e-4));
    }
    assertThat(onnx.getAnsweredBy().getBundleSha256())
        .isNotEqualTo(tensorflow.getAnsweredBy().getBundleSha256());
  }

  /**
   * Many series in one request run through the network together, and get what each would get alone:
   * also where some have gaps, have too little history, or are not known.
   */
  @Test
  void seriesAskedTogetherAreAnsweredAsAlone() {
    long seed = Long.getLong("seed", 17);
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    var names = new ArrayList<String>();
    for (int i = 0; i < 90; i++) {
      String name = "wave/many-" + i;
      names.add(name);
      if (i % 30 != 29) {
        world.ingest.append(name, withGaps(random, i % 20 == 19 ? 10 : 24 * 40));
      }
    }
    swappedIn("2.0.0", TestModels.lstm(1, "tensorflow"));
    ForecastRequest.Builder request =
        ForecastRequest.newBuilder()
            .addLevels(0.9)
            .addLevels(0.5)
            .setHorizon(random.nextInt(1, 25));
    ForecastResponse together = ask(request.clone().addAllSeries(names).build());
    assertThat(together.getForecastsList())
        .extracting(SeriesForecast::getSeries)
        .containsExactlyElementsOf(names);
    int answered = 0;
    for (SeriesForecast forecast : together.getForecastsList()) {
      String series = forecast.getSeries();
      if (forecast.hasError()) {
        assertThatThrownBy(() -> ask(request.clone().addSeries(series).build()))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(StatusDetails.reason(e)).hasValue(forecast.getError().getReason()));
        continue;
      }
      answered++;
      SeriesForecast alone = ask(request.clone().addSeries(series).build()).getForecasts(0);
      assertThat(forecast.getTargetTimesMicrosList()).isEqualTo(alone.getTargetTimesMicrosList());
      assertThat(forecast.getAnsweredBy()).isEqualTo(alone.getAnsweredBy());
      assertClose(forecast.getMeanList(), alone.getMeanList());
      for (int level = 0; level < 2; level++) {
        assertClose(
            forecast.getIntervals(level).getLowerList(), alone.getIntervals(level).getLowerList());
        assertClose(
            forecast.getIntervals(level).getUpperList(), alone.getIntervals(level).getUpperList());
      }
    }
    assertThat(answered).isBetween(60, 89);
    ask(request.clone().addAllSeries(names.subList(0, 15)).build());
    assertThat(rowsOfCalls()).contains(15L);
  }

  private List<Long> rowsOfCalls() {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals("model"))
        .map(span -> span.getAttributes().get(AttributeKey.longKey("tidewatch.rows")))
        .filter(Objects::nonNull)
        .toList();
  }

  private static void assertClose(List<Double> some, List<Double> others) {
    assertThat(some).hasSameSizeAs(others);
    for (int i = 0; i < some.size(); i++) {
      assertThat(some.get(i)).isCloseTo(others.get(i), within(1e-4));
    }
  }

  private static ReadingColumns withGaps(SplittableRandom random, int hours) {
    ReadingColumns wave = TestModels.wave(TestModels.START, hours);
    var columns = ReadingColumns.builder(hours);
    double scale = random.nextDouble(0.5, 2);
    for (int row = 0; row < wave.size(); row++) {
      if (random.nextInt(12) > 0) {
        columns.add(wave.timeMicros(row), scale * wave.value(row));
      }
    }
    return columns.build();
  }

  /** The bundle's network is a model of tensors too, whichever engine runs it. */
  @Test
  void anLstmsNetworkIsAskedByTensors() {
    for (String engine : List.of("tensorflow", "onnx")) {
      byte[] bytes = TestModels.lstm(2, engine);
      String version = engine.equals("onnx") ? "3.0.0" : "2.0.0";
      swappedIn(version, bytes);
      var oip = GRPCInferenceServiceGrpc.newBlockingStub(world.channel());
      var metadata = oip.modelMetadata(ModelMetadataRequest.newBuilder().setName("waves").build());
      assertThat(metadata.getPlatform()).isEqualTo("tidewatch_forecast");
      assertThat(metadata.getInputsList())
          .extracting(TensorMetadata::getName)
          .containsExactly("history", "origin_micros", "window");
      assertThat(metadata.getOutputsList())
          .extracting(TensorMetadata::getName)
          .containsExactly("mean", "lower", "upper", "heads");
      var config =
          oip.modelConfig(ModelConfigRequest.newBuilder().setName("waves").build()).getConfig();
      assertThat(config.getInputList()).allMatch(ModelInput::getOptional);
      assertThat(config.getParametersOrThrow("network_inputs").getStringValue())
          .isEqualTo("window");
      assertThat(config.getParametersOrThrow("family").getStringValue()).isEqualTo("lstm");
      int inputs = (int) metadata.getInputs(2).getShape(1);
      var random = new SplittableRandom(3);
      var values = new float[2 * inputs];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      Tensor window = Tensor.ofFloats(Shape.of(2, inputs), values);
      ModelInferResponse answer =
          oip.modelInfer(
              ModelInferRequest.newBuilder()
                  .setModelName("waves")
                  .addInputs(
                      InferInputTensor.newBuilder()
                          .setName("window")
                          .setDatatype("FP32")
                          .addShape(2)
                          .addShape(inputs))
                  .addRawInputContents(ByteString.copyFrom(window.contents()))
                  .build());
      assertThat(answer.getModelVersion()).isEqualTo(version);
      assertThat(answer.getOutputs(0).getName()).isEqualTo("heads");
      Forecaster own =
          AllFamilies.create().loadForecaster(Bundle.read(bytes, BundleLimits.DEFAULT));
      try {
        Tensor heads =
            Objects.requireNonNull(
                own.tensors().orElseThrow().infer(Map.of("window", window), Set.of()).get("heads"));
        assertThat(answer.getRawOutputContents(0)).isEqualTo(ByteString.copyFrom(heads.contents()));
      } finally {
        own.close();
      }
      // And still a forecaster.
      assertThat(forecast().getMeanCount()).isEqualTo(TestModels.HORIZON);
    }
  }

  private ForecastResponse ask(ForecastRequest request) {
    return ForecastServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .forecast(request);
  }

  private SeriesForecast swappedIn(String version, byte[] bundle) {
    world.registry.add("waves", version, bundle);
    world.registry.alias("waves", "champion", version);
    Await.until(
        version + " answers", () -> forecast().getAnsweredBy().getVersion().equals(version));
    return forecast();
  }

  private SeriesForecast forecast() {
    return ask(ForecastRequest.newBuilder().addSeries(SERIES).addLevels(0.9).build())
        .getForecasts(0);
  }
}
