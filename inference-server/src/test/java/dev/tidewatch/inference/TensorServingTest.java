package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.models.onnx.ExampleModels;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.InferTensorContents;
import dev.tidewatch.proto.oip.ModelConfigRequest;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferInputTensor;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelMetadataRequest;
import dev.tidewatch.proto.oip.ModelReadyRequest;
import dev.tidewatch.proto.oip.ModelStatisticsRequest;
import dev.tidewatch.proto.oip.ModelStreamInferResponse;
import dev.tidewatch.proto.oip.RepositoryIndexRequest;
import dev.tidewatch.proto.oip.RepositoryModelLoadRequest;
import dev.tidewatch.proto.oip.RepositoryModelUnloadRequest;
import dev.tidewatch.proto.oip.ServerReadyRequest;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models of tensors over the protocol. What clients in other languages rely on is in system-tests.
 */
class TensorServingTest {
  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static World world;

  @BeforeAll
  static void start() {
    world = new World(folder);
    for (String model : List.of("simple", "simple_string_dyna_sequence")) {
      add(model, "1.0.0", model);
      world.registry.alias(model, "champion", "1.0.0");
    }
    add("counted", "1.0.0", "simple");
    world.registry.alias("counted", "champion", "1.0.0");
    world.start();
    Await.until(
        "the server is ready",
        () -> stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
  }

  private static void add(String model, String version, String example) {
    world.registry.add(
        model, version, ExampleModels.file(example), ArtifactFormat.ARTIFACT_FORMAT_ONNX);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void metadataAndConfigurationShowWhatCallersGive() {
    var metadata =
        stub()
            .modelMetadata(
                ModelMetadataRequest.newBuilder().setName("simple_string_dyna_sequence").build());
    assertThat(metadata.getPlatform()).isEqualTo("onnxruntime_onnx");
    assertThat(metadata.getInputsList()).hasSize(1);
    assertThat(metadata.getOutputsList()).hasSize(1);
    var config =
        stub().modelConfig(ModelConfigRequest.newBuilder().setName("simple").build()).getConfig();
    assertThat(config.getBackend()).isEqualTo("onnxruntime");
    assertThat(config.getInput(0).getDimsList()).containsExactly(16L);
    assertThat(config.hasDynamicBatching()).isTrue();
  }

  @Test
  void answersAreRawAndCounted() {
    ModelInferResponse response =
        stub().modelInfer(simple(2).setModelName("counted").setId("one").build());
    assertThat(response.getId()).isEqualTo("one");
    assertThat(response.getParametersOrThrow("alias").getStringParam()).isEqualTo("champion");
    assertThat(ints(response.getRawOutputContents(0))).hasSize(32).startsWith(3, 3);
    assertThat(ints(response.getRawOutputContents(1))).startsWith(-1, -1);
    assertThatThrownBy(
            () -> stub().modelInfer(simple(1).setModelName("counted").clearInputs().build()))
        .hasMessageContaining("inputs.INPUT0: is missing; the model needs INT32 [-1, 16]");
    var statistics =
        stub()
            .modelStatistics(ModelStatisticsRequest.newBuilder().setName("counted").build())
            .getModelStats(0);
    assertThat(statistics.getInferenceCount()).isEqualTo(2);
    assertThat(statistics.getExecutionCount()).isEqualTo(1);
    assertThat(statistics.getBatchStats(0).getBatchSize()).isEqualTo(2);
    assertThat(statistics.getInferenceStats().getSuccess().getCount()).isEqualTo(1);
    assertThat(statistics.getInferenceStats().getFail().getCount()).isEqualTo(1);
  }

  /** A sequence is not torn when the alias moves in its middle. */
  @Test
  void aSequenceStaysWithItsVersion() {
    assertThat(step("7", 5, true, false).getModelVersion()).isEqualTo("1.0.0");
    add("simple_string_dyna_sequence", "2.0.0", "simple_dyna_sequence");
    world.registry.alias("simple_string_dyna_sequence", "champion", "2.0.0");
    Await.until(
        "the new version answers",
        () -> step("99", 0, true, true).getModelVersion().equals("2.0.0"));
    ModelInferResponse last = step("7", 6, false, true);
    assertThat(last.getModelVersion()).isEqualTo("1.0.0");
    assertThat(ints(last.getRawOutputContents(0))).containsExactly(5 + 6 + 7);
    assertThat(step("7", 1, true, true).getModelVersion()).isEqualTo("2.0.0");
  }

  @Test
  void aStreamAnswersInOrderAndOutlivesErrors() throws Exception {
    var done = new CompletableFuture<List<ModelStreamInferResponse>>();
    var answers = new ArrayList<ModelStreamInferResponse>();
    StreamObserver<ModelInferRequest> requests =
        GRPCInferenceServiceGrpc.newStub(world.channel())
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse answer) {
                    answers.add(answer);
                  }

                  @Override
                  public void onError(Throwable t) {
                    done.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {
                    done.complete(answers);
                  }
                });
    for (int i = 0; i < 300; i++) {
      var request = simple(1 + i % 3).setId(Integer.toString(i));
      requests.onNext(i % 50 == 7 ? request.setModelName("nobody").build() : request.build());
    }
    requests.onCompleted();
    List<ModelStreamInferResponse> received = done.get(60, TimeUnit.SECONDS);
    assertThat(received).hasSize(300);
    for (int i = 0; i < 300; i++) {
      assertThat(received.get(i).getInferResponse().getId()).isEqualTo(Integer.toString(i));
      assertThat(received.get(i).getErrorMessage())
          .isEqualTo(i % 50 == 7 ? "Request for unknown model: 'nobody' is not found" : "");
    }
  }

  @Test
  void aModelIsUnloadedAndLoadedByHand() {
    stub()
        .repositoryModelUnload(
            RepositoryModelUnloadRequest.newBuilder().setModelName("simple").build());
    assertThat(isReady("simple")).isFalse();
    assertThat(
            stub()
                .repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build())
                .getModelsList())
        .noneMatch(model -> model.getName().equals("simple"));
    assertThat(stub().repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsList())
        .anyMatch(model -> model.getName().equals("simple") && !model.getState().equals("READY"));
    stub()
        .repositoryModelLoad(
            RepositoryModelLoadRequest.newBuilder().setModelName("simple").build());
    assertThat(isReady("simple")).isTrue();
    assertThat(stub().modelInfer(simple(1).build()).getOutputsCount()).isEqualTo(2);
    assertThatThrownBy(() ->
            stub()
                .repositoryModelLoad(
                    RepositoryModelLoadRequest.newBuilder().setModelName("nobody").build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
              assertThat(e.getStatus().getDescription()).startsWith("failed to load 'nobody'");
              assertThat(StatusDetails.reason(e)).contains("MODEL_UNKNOWN");
            });
  }

  private boolean isReady(String model) {
    return stub().modelReady(ModelReadyRequest.newBuilder().setName(model).build()).getReady();
  }

  private ModelInferResponse step(String id, int value, boolean start, boolean end) {
    return stub()
        .modelInfer(
            ModelInferRequest.newBuilder()
                .setModelName("simple_string_dyna_sequence")
                .putParameters(
                    "sequence_id", InferParameter.newBuilder().setStringParam(id).build())
                .putParameters(
                    "sequence_start", InferParameter.newBuilder().setBoolParam(start).build())
                .putParameters(
                    "sequence_end", InferParameter.newBuilder().setBoolParam(end).build())
                .addInputs(
                    InferInputTensor.newBuilder()
                        .setName("INPUT")
                        .setDatatype("INT32")
                        .addShape(1)
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addIntContents(value)))
                .build());
  }

  /** Ones, and twos to be added. */
  private static ModelInferRequest.Builder simple(int rows) {
    var request = ModelInferRequest.newBuilder().setModelName("simple");
    for (int i = 0; i < 2; i++) {
      var contents = InferTensorContents.newBuilder();
      for (int element = 0; element < 16 * rows; element++) {
        contents.addIntContents(1 + i);
      }
      request.addInputs(
          InferInputTensor.newBuilder()
              .setName("INPUT" + i)
              .setDatatype("INT32")
              .addShape(rows)
              .addShape(16)
              .setContents(contents));
    }
    return request;
  }

  private static int[] ints(ByteString bytes) {
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    var values = new int[bytes.size() / Integer.BYTES];
    buffer.asIntBuffer().get(values);
    return values;
  }

  private static GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }
}
