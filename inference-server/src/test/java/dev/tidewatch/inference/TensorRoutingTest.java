package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import dev.tidewatch.inference.serving.CanaryBuckets;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.models.onnx.OnnxGraphWriter;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.ServedModel;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.ShadowDifference;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.InferParameter;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferInputTensor;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Canaries and shadows of models of tensors, and what is to be measured of them, over sockets. */
class TensorRoutingTest {
  private static final int KEYS = 300;

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static World world;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static Telemetry telemetry;

  @BeforeAll
  static void start() {
    telemetry =
        Telemetry.open(
            new TelemetryConfig(true, "127.0.0.1", Optional.of(0), List.of()), "inference");
    world =
        new World(folder)
            .onSocket()
            .with(telemetry)
            .with("model-trials", "false")
            .with("model-queue-rows", "100")
            .with("model-queues", "narrow=2,impatient=2");
    for (String model : List.of("canaried", "shadowed", "narrow")) {
      add(model, "1.0.0", 0);
      world.registry.alias(model, "champion", "1.0.0");
    }
    for (String model : List.of("canaried", "shadowed")) {
      add(model, "2.0.0", 0.5f);
      world.registry.alias(model, "canary", "2.0.0");
    }
    for (String model : List.of("patient", "impatient")) {
      addSlow(model);
      world.registry.alias(model, "champion", "1.0.0");
    }
    world.start();
    for (String model : List.of("canaried", "shadowed", "narrow", "patient", "impatient")) {
      Await.until(model + " answers", () -> answers(model));
    }
  }

  @AfterAll
  static void stop() {
    world.close();
    telemetry.close();
  }

  private static boolean answers(String model) {
    try {
      var _ = ask(model, "", 1);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** y = 2 x + offset. */
  private static void add(String model, String version, float offset) {
    var graph = new OnnxGraphWriter("line");
    graph.input("x", -1, 1);
    graph.weights("a", new float[] {2}, 1, 1);
    graph.weights("b", new float[] {offset}, 1);
    graph.node("Gemm", List.of("x", "a", "b"), List.of("y"));
    graph.output("y", -1, 1);
    world.registry.add(model, version, graph.toBytes(), ArtifactFormat.ARTIFACT_FORMAT_ONNX);
  }

  /** y = tanh of tanh of … x, the same for each of many columns, of which one is given. */
  private static void addSlow(String model) {
    int columns = 100_000;
    var ones = new float[columns];
    Arrays.fill(ones, 1);
    var first = new float[columns];
    first[0] = 1;
    var graph = new OnnxGraphWriter("slow");
    graph.input("x", -1, 1);
    graph.weights("spread", ones, 1, columns);
    graph.weights("gather", first, columns, 1);
    graph.node("MatMul", List.of("x", "spread"), List.of("h0"));
    int layers = 20;
    for (int layer = 0; layer < layers; layer++) {
      graph.node("Tanh", List.of("h" + layer), List.of("h" + (layer + 1)));
    }
    graph.node("MatMul", List.of("h" + layers, "gather"), List.of("y"));
    graph.output("y", -1, 1);
    world.registry.add(model, "1.0.0", graph.toBytes(), ArtifactFormat.ARTIFACT_FORMAT_ONNX);
  }

  private static ModelInferResponse ask(String model, String routingKey, float... values) {
    return GRPCInferenceServiceGrpc.newBlockingStub(world.channel())
        .modelInfer(request(model, routingKey, values));
  }

  private static ModelInferRequest request(String model, String routingKey, float... values) {
    var request =
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addInputs(
                InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype("FP32")
                    .addShape(values.length)
                    .addShape(1))
            .addRawInputContents(
                ByteString.copyFrom(
                    Tensor.ofFloats(Shape.of(values.length, 1), values).contents()));
    if (!routingKey.isEmpty()) {
      request.putParameters(
          "routing_key", InferParameter.newBuilder().setStringParam(routingKey).build());
    }
    return request.build();
  }

  private static ServedModel served(String model, String version) {
    return ServedModelServiceGrpc.newBlockingStub(world.channel())
        .listServedModels(ListServedModelsRequest.newBuilder().setModel(model).build())
        .getModelsList()
        .stream()
        .filter(served -> served.getVersion().equals(version))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theCanaryTakesItsShareOfRoutingKeysAndKeepsThemAsItGrows() {
    Set<String> before = new HashSet<>();
    for (int share : List.of(0, 2_000, 6_000, 10_000)) {
      world.registry.route("canaried", share);
      Set<String> expected = new HashSet<>();
      for (int i = 0; i < KEYS; i++) {
        if (CanaryBuckets.bucket("canaried", "key-" + i) < share) {
          expected.add("key-" + i);
        }
      }
      Await.until("share " + share, () -> canarys().equals(expected));
      assertThat(canarys()).as("asked again").isEqualTo(expected);
      assertThat(expected).containsAll(before);
      before = expected;
      // Who gives no key gets the champion.
      assertThat(ask("canaried", "", 1).getModelVersion()).isEqualTo("1.0.0");
    }
    assertThat(before).hasSize(KEYS);
    assertThat(ask("canaried", "key-1", 1).getParametersOrThrow("alias").getStringParam())
        .isEqualTo("canary");
    // Beside each of the canary's answers the champion answered, half a unit lower.
    Await.until(
        "the champion answers beside the canary",
        () -> served("canaried", "1.0.0").getShadowDifferencesCount() == 1);
    ShadowDifference difference = served("canaried", "1.0.0").getShadowDifferences(0);
    assertThat(difference.getAnsweredVersion()).isEqualTo("2.0.0");
    assertThat(difference.getMean()).isCloseTo(-0.5, within(1e-6));
  }

  private static Set<String> canarys() {
    Set<String> found = new HashSet<>();
    for (int i = 0; i < KEYS; i++) {
      if (ask("canaried", "key-" + i, 1).getModelVersion().equals("2.0.0")) {
        found.add("key-" + i);
      }
    }
    return found;
  }

  @Test
  void aShadowAnswersEveryRequestUnseenAndItsDifferencesAreRecorded() {
    world.registry.route("shadowed", 0, "canary");
    Await.until(
        "the shadow answers",
        () -> {
          assertThat(ask("shadowed", "", 1).getModelVersion()).isEqualTo("1.0.0");
          return served("shadowed", "2.0.0").getShadowDifferencesCount() == 1;
        });
    ShadowDifference before = difference();
    for (int i = 0; i < 50; i++) {
      ModelInferResponse response = ask("shadowed", "", i, i + 1);
      assertThat(response.getModelVersion()).isEqualTo("1.0.0");
      assertThat(response.getRawOutputContents(0).asReadOnlyByteBuffer().remaining()).isEqualTo(8);
    }
    var _ = ask("shadowed", "", Float.NaN);
    Await.until(
        "all were answered in shadow", () -> difference().getAnswers() >= before.getAnswers() + 51);
    ShadowDifference after = difference();
    assertThat(after.getAnsweredVersion()).isEqualTo("1.0.0");
    assertThat(after.getSteps()).isGreaterThanOrEqualTo(before.getSteps() + 100);
    assertThat(after.getMean()).isCloseTo(0.5, within(1e-4));
    assertThat(after.getMeanAbsolute()).isCloseTo(0.5, within(1e-4));
    assertThat(after.getRootMeanSquare()).isCloseTo(0.5, within(1e-4));
    assertThat(after.getAbsoluteMax()).isCloseTo(0.5, within(1e-4));
  }

  private static ShadowDifference difference() {
    return served("shadowed", "2.0.0").getShadowDifferences(0);
  }

  /** Forty at once: two wait for the one model, all for the other. */
  @Test
  void whatItsOwnQueueCannotHoldIsRefusedWithATimeToAskAgain() throws Exception {
    List<StatusRuntimeException> refused = new ArrayList<>();
    Await.until(
        "some were too many",
        () -> {
          refused.addAll(refusalsOfForty("impatient"));
          return !refused.isEmpty();
        });
    for (StatusRuntimeException refusal : refused) {
      assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(StatusDetails.reason(refusal)).hasValue("QUEUE_FULL");
      assertThat(refusal.getStatus().getDescription())
          .matches("[12] rows wait for the model already; ask again a little later, or slower");
      assertThat(Durations.toMillis(retryAfter(refusal))).isGreaterThanOrEqualTo(5);
    }
    assertThat(refusalsOfForty("patient")).isEmpty();
    assertThat(
            metrics()
                .get(
                    "tidewatch_queue_requests_total{tidewatch_model=\"impatient\",tidewatch_result=\"refused\","
                        + "tidewatch_version=\"1.0.0\"}"))
        .isEqualTo(refused.size());
  }

  private static List<StatusRuntimeException> refusalsOfForty(String model) throws Exception {
    var stub =
        GRPCInferenceServiceGrpc.newFutureStub(world.channel())
            .withDeadlineAfter(60, TimeUnit.SECONDS);
    var answers = new ArrayList<ListenableFuture<ModelInferResponse>>();
    for (int i = 0; i < 40; i++) {
      answers.add(stub.modelInfer(request(model, "", i)));
    }
    var refusals = new ArrayList<StatusRuntimeException>();
    for (ListenableFuture<ModelInferResponse> answer : answers) {
      try {
        assertThat(answer.get().getModelVersion()).isEqualTo("1.0.0");
      } catch (ExecutionException e) {
        refusals.add((StatusRuntimeException) e.getCause());
      }
    }
    return refusals;
  }

  private static Duration retryAfter(StatusRuntimeException refusal) throws Exception {
    for (Any detail : StatusProto.fromThrowable(refusal).getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        return detail.unpack(RetryInfo.class).getRetryDelay();
      }
    }
    throw new AssertionError("no RetryInfo", refusal);
  }

  @Test
  void queuesAndResidencyAreMeasured() throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      var _ = ask("narrow", "", 1, 2, 3, 4, 5);
    }
    Map<String, Double> metrics = metrics();
    String version = "tidewatch_model=\"narrow\",tidewatch_version=\"1.0.0\"";
    assertThat(metrics)
        .containsEntry("tidewatch_queue_depth{" + version + "}", 0.0)
        .containsEntry(
            "tidewatch_queue_requests_total{tidewatch_model=\"narrow\",tidewatch_result=\"refused\","
                + "tidewatch_version=\"1.0.0\"}",
            0.0)
        .containsEntry(
            "tidewatch_queue_batches_total{tidewatch_model=\"narrow\",tidewatch_rows_max=\"8\","
                + "tidewatch_version=\"1.0.0\"}",
            3.0);
    assertThat(metrics.get("tidewatch_models_resident")).isGreaterThanOrEqualTo(5.0);
    assertThat(metrics.get("tidewatch_models_size_bytes")).isPositive();
    assertThat(metrics.get("tidewatch_models_size_max_bytes")).isEqualTo(1L << 30);
    assertThat(metrics.get("tidewatch_models_loads_total{tidewatch_result=\"ready\"}"))
        .isGreaterThanOrEqualTo(5.0);
    assertThat(metrics).containsKey("tidewatch_models_unloads_total");
  }

  /** By name and labels, without those of the scope. */
  private static Map<String, Double> metrics() throws IOException, InterruptedException {
    HttpResponse<String> page;
    try (HttpClient http = HttpClient.newHttpClient()) {
      page =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:" + telemetry.metricsPort().getAsInt() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    }
    var metrics = new HashMap<String, Double>();
    page.body()
        .lines()
        .filter(line -> line.startsWith("tidewatch_"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          String name =
              line.substring(0, space)
                  .replaceAll("otel_scope_[a-z_]+=\"[^\"]*\",?", "")
                  .replace(",}", "}")
                  .replace("{}", "");
          metrics.put(name, Double.valueOf(line.substring(space + 1)));
        });
    return metrics;
  }
}
