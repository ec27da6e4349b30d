package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.InferTensorContents;
import dev.tidewatch.proto.oip.ModelConfigRequest;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferInputTensor;
import dev.tidewatch.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelInferResponse.InferOutputTensor;
import dev.tidewatch.proto.oip.ModelMetadataRequest;
import dev.tidewatch.proto.oip.ModelMetadataResponse.TensorMetadata;
import dev.tidewatch.proto.oip.ModelReadyRequest;
import dev.tidewatch.proto.oip.ServerLiveRequest;
import dev.tidewatch.proto.oip.ServerMetadataRequest;
import dev.tidewatch.proto.oip.ServerReadyRequest;
import dev.tidewatch.proto.oip.SystemSharedMemoryStatusRequest;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenInferenceTest {
  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = new World(folder).withForecaster().withDetector().start();
    Await.until(
        "the server is ready",
        () -> stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void serverAndModelsAreLiveAndReady() {
    assertThat(stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive()).isTrue();
    assertThat(modelReady("waves", "")).isTrue();
    assertThat(modelReady("waves", "1.0.0")).isTrue();
    assertThat(modelReady("waves", "9.0.0")).isFalse();
    assertThat(modelReady("nobody", "")).isFalse();
    assertThat(stub().serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName())
        .isEqualTo("tidewatch");
  }

  @Test
  void metadataNamesInputsAndOutputs() {
    var metadata = stub().modelMetadata(ModelMetadataRequest.newBuilder().setName("waves").build());
    assertThat(metadata.getVersionsList()).containsExactly("1.0.0");
    assertThat(metadata.getPlatform()).isEqualTo("tidewatch_forecast");
    assertThat(metadata.getInputsList())
        .extracting(TensorMetadata::getName)
        .containsExactly("history", "origin_micros");
    assertThat(metadata.getOutputsList())
        .extracting(TensorMetadata::getName)
        .containsExactly("mean", "lower", "upper");
  }

  @Test
  void typedAndRawInputsGiveTheSameAnswerInRawForm() {
    double[] history = history(24 * 8);
    ModelInferResponse typed =
        stub().modelInfer(request().setId("one").addInputs(typed(history, false)).build());
    ModelInferResponse raw =
        stub()
            .modelInfer(
                request()
                    .addInputs(shaped(history.length, false))
                    .addRawInputContents(bytes(history))
                    .build());
    assertThat(typed.getId()).isEqualTo("one");
    assertThat(typed.getModelVersion()).isEqualTo("1.0.0");
    assertThat(typed.getOutputsList())
        .extracting(InferOutputTensor::getName)
        .containsExactly("mean", "lower", "upper");
    assertThat(typed.getOutputs(0).getShapeList()).containsExactly(24L);
    assertThat(typed.getOutputsList()).noneMatch(InferOutputTensor::hasContents);
    assertThat(typed.getRawOutputContentsList()).isEqualTo(raw.getRawOutputContentsList());
    double[] mean = doubles(typed.getRawOutputContents(0));
    assertThat(mean).hasSize(24);
    for (int step = 0; step < 24; step++) {
      assertThat(mean[step]).isEqualTo(history[history.length - 24 + step]);
    }
  }

  @Test
  void theAnswerEqualsThatOfTheSameHistoryInIngest() {
    world.ingest.append("wave/one", TestModels.wave(TestModels.START, 24 * 40));
    var forecast =
        ForecastServiceGrpc.newBlockingStub(world.channel())
            .forecast(ForecastRequest.newBuilder().addSeries("wave/one").build())
            .getForecasts(0);
    ModelInferResponse response =
        stub().modelInfer(request().addInputs(typed(history(24 * 40), false)).build());
    assertThat(doubles(response.getRawOutputContents(0)))
        .containsExactly(forecast.getMeanList().stream().mapToDouble(d -> d).toArray());
    assertThat(doubles(response.getRawOutputContents(1)))
        .containsExactly(
            forecast.getIntervals(0).getLowerList().stream().mapToDouble(d -> d).toArray());
  }

  @Test
  void batchShapeHorizonLevelAndChosenOutputsAreHeeded() {
    ModelInferResponse wide =
        stub()
            .modelInfer(
                request()
                    .addInputs(typed(history(24 * 8), true))
                    .putParameters("horizon", InferParameter.newBuilder().setInt64Param(3).build())
                    .putParameters(
                        "level", InferParameter.newBuilder().setDoubleParam(0.99).build())
                    .addOutputs(InferRequestedOutputTensor.newBuilder().setName("upper"))
                    .build());
    assertThat(wide.getOutputsCount()).isEqualTo(1);
    assertThat(wide.getOutputs(0).getShapeList()).containsExactly(1L, 3L);
    ModelInferResponse narrow =
        stub()
            .modelInfer(
                request()
                    .addInputs(typed(history(24 * 8), true))
                    .putParameters("level", InferParameter.newBuilder().setDoubleParam(0.5).build())
                    .addOutputs(InferRequestedOutputTensor.newBuilder().setName("upper"))
                    .build());
    assertThat(doubles(wide.getRawOutputContents(0))[0])
        .isGreaterThan(doubles(narrow.getRawOutputContents(0))[0]);
  }

  @Test
  void unknownModelsAreNamedTheWayThatClientsOfTheProtocolExpect() {
    assertThatThrownBy(() ->
            stub()
                .modelInfer(
                    ModelInferRequest.newBuilder()
                        .setModelName("nobody")
                        .addInputs(typed(history(48), false))
                        .build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
              assertThat(e.getStatus().getDescription())
                  .isEqualTo("Request for unknown model: 'nobody' is not found");
            });
  }

  @Test
  void badTensorsAreRefusedByName() {
    refused("inputs.history", request());
    refused(
        "inputs.weight",
        request().addInputs(typed(history(48), false).toBuilder().setName("weight")));
    refused(
        "inputs.history",
        request().addInputs(typed(history(48), false).toBuilder().setDatatype("FP32")));
    refused(
        "inputs.history",
        request().addInputs(typed(history(48), false).toBuilder().clearShape().addShape(47)));
    refused(
        "inputs.history",
        request()
            .addInputs(
                typed(history(48), false).toBuilder().clearShape().addShape(2).addShape(24)));
    refused(
        "inputs.history",
        request().addInputs(typed(history(48), false).toBuilder().clearShape().addShape(-1)));
    refused(
        "raw_input_contents",
        request()
            .addInputs(shaped(48, false))
            .addRawInputContents(ByteString.copyFrom(new byte[47 * 8])));
    refused(
        "inputs.history",
        request().addInputs(typed(history(48), false)).addRawInputContents(bytes(history(48))));
    refused(
        "parameters.horizon",
        request()
            .addInputs(typed(history(48), false))
            .putParameters("horizon", InferParameter.newBuilder().setInt64Param(0).build()));
    refused(
        "outputs.median",
        request()
            .addInputs(typed(history(48), false))
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("median")));
  }

  @Test
  void aDetectorIsNoForecaster() {
    var request =
        ModelInferRequest.newBuilder()
            .setModelName("spikes")
            .addInputs(typed(history(48), false))
            .build();
    assertThatThrownBy(() -> stub().modelInfer(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(StatusDetails.reason(e)).contains("TASK_MISMATCH"));
  }

  @Test
  void sharedMemoryIsNotOffered() {
    assertThatThrownBy(() ->
            stub().systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @Test
  void configurationTellsOfTheForecaster() {
    var config =
        stub().modelConfig(ModelConfigRequest.newBuilder().setName("waves").build()).getConfig();
    assertThat(config.getPlatform()).isEqualTo("tidewatch_forecast");
    assertThat(config.getMaxBatchSize()).isZero();
    assertThat(config.getInput(1).getOptional()).isTrue();
    assertThat(config.getParametersOrThrow("family").getStringValue()).isEqualTo("seasonal-naive");
    assertThat(config.getParametersOrThrow("horizon").getStringValue()).isEqualTo("24");
  }

  private void refused(String field, ModelInferRequest.Builder request) {
    assertThatThrownBy(() -> stub().modelInfer(request.build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription()).contains(field);
            });
  }

  private boolean modelReady(String name, String version) {
    return stub()
        .modelReady(ModelReadyRequest.newBuilder().setName(name).setVersion(version).build())
        .getReady();
  }

  private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private static ModelInferRequest.Builder request() {
    return ModelInferRequest.newBuilder().setModelName("waves");
  }

  /** The newest hours before the world's time. */
  private double[] history(int hours) {
    ReadingColumns wave =
        TestModels.wave(world.clock.instant().minusSeconds(3_600L * hours), hours);
    assertThat(wave.timeMicros(hours - 1))
        .isEqualTo(Times.toMicros(world.clock.instant()) - Times.MICROS_PER_HOUR);
    return wave.values();
  }

  private static InferInputTensor.Builder shaped(int count, boolean batched) {
    var tensor = InferInputTensor.newBuilder().setName("history").setDatatype("FP64");
    if (batched) {
      tensor.addShape(1);
    }
    return tensor.addShape(count);
  }

  private static InferInputTensor typed(double[] values, boolean batched) {
    return shaped(values.length, batched)
        .setContents(
            InferTensorContents.newBuilder()
                .addAllFp64Contents(Arrays.stream(values).boxed().toList()))
        .build();
  }

  private static ByteString bytes(double[] values) {
    var bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }

  private static double[] doubles(ByteString bytes) {
    var values = new double[bytes.size() / Double.BYTES];
    bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return values;
  }
}
