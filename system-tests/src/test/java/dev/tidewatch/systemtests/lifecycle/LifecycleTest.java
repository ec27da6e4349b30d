package dev.tidewatch.systemtests.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.standalone.StandaloneProcess;
import dev.tidewatch.systemtests.fixture.TestFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private static final List<String> SMALL =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private Path folder = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    folder = TestFolders.create("lifecycle");
  }

  @AfterEach
  void cleanUp() throws Exception {
    TestFolders.delete(folder);
  }

  @Test
  void sigtermDrainsAndTheFolderCanBeUsedAgain() throws Exception {
    var log = folder.resolve("log.txt");
    var data = folder.resolve("data");
    try (var process = StandaloneProcess.start(data, log, Ports.FREE, SMALL, List.of());
        var client = Tidewatch.connect(process.addresses().connection())) {
      client
          .ingest()
          .ingest(
              UUID.randomUUID(),
              List.of(
                  Reading.newBuilder()
                      .setSeries("lifecycle/one")
                      .setTime(ProtoTimes.timestamp(Instant.parse("2026-01-05T00:00:00Z")))
                      .setValue(1)
                      .build()));
      assertThatThrownBy(() ->
              Standalone.launch(
                  StandaloneConfig.in(data).withPorts(Ports.FREE), InstantSource.system()))
          .as("a second one on the same folder")
          .hasMessageContaining("process");

      process.stop();
      assertThat(process.exitCode()).isEqualTo(143);
      assertThat(Files.readString(log)).doesNotContain("Exception");
    }
    try (var again =
            Standalone.launch(
                StandaloneConfig.in(data).withPorts(Ports.FREE), InstantSource.system());
        var client = Tidewatch.connect(again.addresses().connection())) {
      assertThat(client.ingest().history("lifecycle/one", null, null).readings().size())
          .isEqualTo(1);
      for (var server : Tidewatch.Server.values()) {
        assertThat(client.isServing(server)).as("%s", server).isTrue();
      }
    }
  }

  @Test
  void anUnknownSettingIsRefusedByName() {
    assertThatThrownBy(() ->
            Standalone.launch(
                StandaloneConfig.in(folder)
                    .withPorts(Ports.FREE)
                    .withFlags(List.of("--ingest.grpc.thread=8")),
                InstantSource.system()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ingest.grpc.threads");
  }

  @Test
  void aHalfStartedLaunchLeavesNothingBehind() throws Exception {
    assertThatThrownBy(() ->
            Standalone.launch(
                StandaloneConfig.in(folder)
                    .withPorts(Ports.FREE)
                    .withFlags(List.of("--inference.grpc.threads=0")),
                InstantSource.system()))
        .isInstanceOf(ConfigException.class);
    try (var standalone =
        Standalone.launch(
            StandaloneConfig.in(folder).withPorts(Ports.FREE), InstantSource.system())) {
      assertThat(standalone.addresses().ingest().port()).isPositive();
    }
  }
}
