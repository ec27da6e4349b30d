package dev.tidewatch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.registry.v1.GetAliasRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryServerTest {
  @TempDir Path folder;

  @Test
  void whatWasToldOutlivesARestart() {
    try (var database = TestDatabase.plain("registry", "db/migration/registry")) {
      ModelVersion made;
      try (var registry =
          RunningRegistry.start(database, folder, InstantSource.system(), Map.of())) {
        registry.model("load");
        made = registry.version("load");
        registry.move("load", "champion", made.getVersion());
      }
      try (var registry =
          RunningRegistry.start(database, folder, InstantSource.system(), Map.of())) {
        var alias =
            registry
                .aliases()
                .getAlias(
                    GetAliasRequest.newBuilder().setModel("load").setAlias("champion").build())
                .getAlias();
        assertThat(alias.getVersion()).isEqualTo("1.0.0");
        assertThat(alias.getArtifactSha256()).isEqualTo(made.getArtifact().getSha256());
        var found =
            registry
                .models()
                .getModelVersion(
                    GetModelVersionRequest.newBuilder()
                        .setModel("load")
                        .setVersion("1.0.0")
                        .build())
                .getModelVersion();
        assertThat(found).isEqualTo(made.toBuilder().addAliases("champion").build());
      }
    }
  }
}
