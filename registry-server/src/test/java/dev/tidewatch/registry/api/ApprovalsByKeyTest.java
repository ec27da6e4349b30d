package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasProtection;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc.AliasServiceBlockingStub;
import dev.tidewatch.proto.registry.v1.ApproveVersionRequest;
import dev.tidewatch.proto.registry.v1.ListAuditEntriesRequest;
import dev.tidewatch.proto.registry.v1.MaintenanceServiceGrpc;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.SetAliasProtectionRequest;
import dev.tidewatch.registry.RunningRegistry;
import dev.tidewatch.serverkit.security.KeyFile;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Approvals where callers are told apart by their API keys. */
class ApprovalsByKeyTest {
  @TempDir Path folder;

  @Test
  void eachKeyCountsOnceAndTheAuditLogNamesIt() throws IOException {
    Path keysFile = folder.resolve("keys");
    var ann =
        KeyFile.empty().create("ann", Set.of("models:write"), Instant.EPOCH, new SecureRandom());
    var bob = ann.file().create("bob", Set.of("models:write"), Instant.EPOCH, new SecureRandom());
    var chief =
        bob.file()
            .create(
                "chief",
                Set.of("models:write", "models:read", "admin"),
                Instant.EPOCH,
                new SecureRandom());
    chief.file().write(keysFile);
    try (var database = TestDatabase.plain("registry", "db/migration/registry")) {
      try (var open = RunningRegistry.start(database, folder, InstantSource.system(), Map.of())) {
        open.model("load");
        var _ = open.version("load");
      }
      try (var registry =
          RunningRegistry.start(
              database,
              folder,
              InstantSource.system(),
              Map.of("security.auth", "api-keys", "security.keys-file", keysFile.toString()))) {
        Channel asAnn = as(registry, ann.key());
        Channel asBob = as(registry, bob.key());
        Channel asChief = as(registry, chief.key());
        var protection =
            SetAliasProtectionRequest.newBuilder()
                .setProtection(
                    AliasProtection.newBuilder()
                        .setModel("load")
                        .setAlias("champion")
                        .setProtected(true)
                        .setApprovalsMin(2))
                .build();
        Refusal.of(() -> aliases(asAnn).setAliasProtection(protection))
            .is("PERMISSION_DENIED", "SCOPE_MISSING");
        var _ = aliases(asChief).setAliasProtection(protection);

        assertThat(approve(asAnn)).isEqualTo(ann.id());
        assertThat(approve(asAnn)).isEqualTo(ann.id());
        Refusal.of(() -> promote(asAnn))
            .is("FAILED_PRECONDITION", "APPROVAL_MISSING")
            .says("1 of 2 approvals");
        assertThat(approve(asBob)).isEqualTo(bob.id());
        promote(asAnn);

        var newest =
            MaintenanceServiceGrpc.newBlockingStub(asChief)
                .listAuditEntries(
                    ListAuditEntriesRequest.newBuilder().setActor(ann.id()).setPageSize(1).build())
                .getEntries(0);
        assertThat(newest.getAction()).isEqualTo("MoveAliases");
        Refusal.of(() ->
                MaintenanceServiceGrpc.newBlockingStub(asAnn)
                    .listAuditEntries(ListAuditEntriesRequest.getDefaultInstance()))
            .is("PERMISSION_DENIED", "SCOPE_MISSING");
      }
    }
  }

  private static Channel as(RunningRegistry registry, String key) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), key);
    return ClientInterceptors.intercept(
        registry.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static AliasServiceBlockingStub aliases(Channel channel) {
    return AliasServiceGrpc.newBlockingStub(channel);
  }

  private static String approve(Channel channel) {
    return aliases(channel)
        .approveVersion(
            ApproveVersionRequest.newBuilder()
                .setModel("load")
                .setAlias("champion")
                .setVersion("1.0.0")
                .build())
        .getApproval()
        .getApprovedBy();
  }

  private static void promote(Channel channel) {
    var _ =
        aliases(channel)
            .moveAliases(
                MoveAliasesRequest.newBuilder()
                    .addMoves(
                        AliasMove.newBuilder()
                            .setModel("load")
                            .setAlias("champion")
                            .setVersion("1.0.0"))
                    .build());
  }
}
