package dev.tidewatch.systemtests.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.RoleKind;
import dev.tidewatch.proto.registry.v1.RoleSpec;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TransferProgress;
import dev.tidewatch.serverkit.security.KeyFile;
import dev.tidewatch.serverkit.security.Scopes;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.TestFolders;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A standalone that asks for keys, with a series that holds readings, a forecaster without
 * versions, and one whose champion is a bundle of bytes that are none.
 */
final class BadInputServers implements AutoCloseable {
  private static final String SERIES = "bad-input/kept";
  private static final String MODEL = "bad-input-model";
  private static final String DAMAGED = "bad-input-damaged";
  private static final String NAIVE = "bad-input-naive";
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final int READINGS = 100;

  private final Path folder;
  private final Standalone standalone;
  private final Tidewatch client;
  private final Map<String, Endpoint> endpoints;
  private final Map<String, ManagedChannel> channels = new TreeMap<>();
  private final Map<String, String> keyWithout = new TreeMap<>();
  private final String allKey;
  private final ValidRequest valid =
      new ValidRequest(Map.of("model", MODEL, "series", SERIES, "alias", "champion"));

  private BadInputServers(
      Path folder, Standalone standalone, String allKey, Map<String, String> keyWithout) {
    this.folder = folder;
    this.standalone = standalone;
    this.allKey = allKey;
    this.keyWithout.putAll(keyWithout);
    var addresses = standalone.addresses();
    this.client = Tidewatch.connect(addresses.connection().withApiKey(allKey));
    endpoints =
        Map.of(
            "tidewatch.ingest.v1", addresses.ingest(),
            "tidewatch.registry.v1", addresses.registry(),
            "tidewatch.inference.v1", addresses.inference(),
            "inference", addresses.inference(),
            "tidewatch.monitor.v1", addresses.monitor());
    endpoints.forEach((protoPackage, endpoint) -> channels.put(protoPackage, channel(endpoint)));
  }

  static BadInputServers start() throws Exception {
    var folder = TestFolders.create("bad-input");
    var keysFile = folder.resolve("keys");
    var keys = KeyFile.empty();
    var random = new SecureRandom();
    var all = keys.create("all", Scopes.ALL, START, random);
    keys = all.file();
    var without = new TreeMap<String, String>();
    for (var scope : Scopes.ALL) {
      var others = new HashSet<>(Scopes.ALL);
      others.remove(scope);
      others.remove(Scopes.ADMIN);
      var created = keys.create("without-" + scope.replace(':', '-'), others, START, random);
      keys = created.file();
      without.put(scope, created.key());
    }
    keys.write(keysFile);
    var standalone =
        Standalone.launch(
            StandaloneConfig.in(folder).withPorts(Ports.FREE).withKeysFile(keysFile),
            InstantSource.system());
    var servers = new BadInputServers(folder, standalone, all.key(), without);
    try {
      servers.fill();
      return servers;
    } catch (Exception | AssertionError e) {
      servers.close();
      throw e;
    }
  }

  private void fill() throws IOException, InterruptedException {
    client.ingest().createSeries(Series.newBuilder().setName(SERIES).setUnit("kW").build());
    var rows = new ArrayList<Reading>();
    for (int i = 0; i < READINGS; i++) {
      rows.add(
          Reading.newBuilder()
              .setSeries(SERIES)
              .setTime(ProtoTimes.timestamp(START.plus(Duration.ofMinutes(15L * i))))
              .setValue(i)
              .build());
    }
    client.ingest().ingest(UUID.randomUUID(), rows);
    var report =
        new Trainer(client, ModelFamilies.core(), InstantSource.system(), "test")
            .train(
                TrainingPlan.of(
                    NAIVE,
                    "naive",
                    List.of(new SeriesName(SERIES)),
                    dev.tidewatch.timeseries.Grid.ofStep(Duration.ofMinutes(15)),
                    4),
                TrainingProgress.SILENT);
    new Publication(client.registry()).promote(report);
    client.registry().createModel(MODEL, Task.TASK_FORECAST, "has no versions");
    client.registry().createModel(DAMAGED, Task.TASK_FORECAST, "its bundle is none");
    var noBundle = folder.resolve("no-bundle.zip");
    Files.writeString(noBundle, "these bytes are no zip");
    var artifact =
        client
            .registry()
            .artifacts()
            .upload(noBundle, ArtifactFormat.ARTIFACT_FORMAT_BUNDLE, TransferProgress.SILENT);
    client
        .registry()
        .createVersion(
            CreateModelVersionRequest.newBuilder()
                .setModel(DAMAGED)
                .setVersion("1.0.0")
                .setArtifactSha256(artifact.getSha256())
                .setFamily("naive")
                .setSignature(
                    ModelSignature.newBuilder()
                        .addRoles(
                            RoleSpec.newBuilder()
                                .setRole("target")
                                .setKind(RoleKind.ROLE_KIND_TARGET))
                        .setGrid(
                            Grid.newBuilder().setStep(ProtoTimes.duration(Duration.ofHours(1))))
                        .setHorizonSteps(24))
                .build());
    client.registry().moveAlias(DAMAGED, "champion", "1.0.0", "to see it refused");
    Eventually.get(
        "the naive model served",
        () ->
            client
                .inference()
                .listServedModels(NAIVE)
                .anyMatch(served -> served.getState() == ServedState.SERVED_STATE_READY),
        served -> served);
  }

  private static ManagedChannel channel(Endpoint endpoint) {
    return Grpc.newChannelBuilder(endpoint.toString(), InsecureChannelCredentials.create())
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  /** A channel of its own for one call; the caller closes it. */
  ManagedChannel newChannel(Rpc rpc) {
    Endpoint endpoint = endpoints.get(rpc.protoPackage());
    if (endpoint == null) {
      throw new IllegalArgumentException("no server serves " + rpc);
    }
    return channel(endpoint);
  }

  ManagedChannel channel(Rpc rpc) {
    var channel = channels.get(rpc.protoPackage());
    if (channel == null) {
      throw new IllegalStateException("no server answers " + rpc);
    }
    return channel;
  }

  Metadata goodKey() {
    return key(allKey);
  }

  /** A key that holds every scope but this one. */
  Metadata keyWithout(String scope) {
    var key = keyWithout.get(scope);
    if (key == null) {
      throw new IllegalStateException("no such scope: " + scope);
    }
    return key(key);
  }

  Metadata key(String text) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + text);
    return headers;
  }

  /** A message that the contract's rules take, as JSON. */
  String validJson(Rpc rpc) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(valid.of(rpc.proto().getInputType()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The text with its placeholders filled in. */
  String filled(String json) {
    return json.replace("@SERIES@", SERIES)
        .replace("@MODEL@", MODEL)
        .replace("@DAMAGED@", DAMAGED)
        .replace("@NAIVE@", NAIVE)
        .replace("@NEW@", UUID.randomUUID().toString());
  }

  /** Everything that was acknowledged before is still there, and the servers still serve. */
  void assertNothingLost() {
    var history = client.ingest().history(SERIES, null, null).readings();
    assertThat(history.size()).isEqualTo(READINGS);
    for (int i = 0; i < READINGS; i++) {
      assertThat(history.value(i)).isEqualTo(i);
    }
    assertThat(client.registry().getModel(MODEL).getLatestVersion()).isEmpty();
    assertThat(client.registry().getVersion(DAMAGED, "1.0.0").getVersion()).isEqualTo("1.0.0");
    for (var server : Tidewatch.Server.values()) {
      assertThat(client.isServing(server)).as("%s", server).isTrue();
    }
  }

  @Override
  public void close() throws IOException {
    channels.values().forEach(ManagedChannel::shutdownNow);
    client.close();
    standalone.close();
    TestFolders.delete(folder);
  }
}
