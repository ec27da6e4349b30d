package dev.tidewatch.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.GetWriterRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactFormat;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TransferProgress;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backs a standalone up while it runs, restores into a fresh folder, and goes on there. */
final class BackupTest {
  private static final InstantSource CLOCK = () -> Instant.parse("2026-03-01T00:00:00Z");
  static final long YEAR_BEGIN_MICROS =
      Instant.parse("2025-03-01T00:00:00Z").getEpochSecond() * 1_000_000;
  static final long HOUR_MICROS = 3_600_000_000L;
  static final int HOURS = 8_700;

  private static final Set<String> NOT_KEPT =
      Set.of(
          "feed_section",
          "feed_consumer",
          "reading_superseded",
          "reading_minute",
          "reading_hour",
          "reading_day",
          "reading_sketch",
          "rollup_pending");

  @TempDir private Path folder = Path.of(".");

  @Test
  void whatIsRestoredIsWhatWasBackedUpAndWritersGoOn() throws Exception {
    Path archive = folder.resolve("all.backup");
    var request =
        IngestReadingsRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .addColumns(
                SeriesReadings.newBuilder()
                    .setSeries("u")
                    .addTimesMicros(YEAR_BEGIN_MICROS)
                    .addValues(5))
            .build();
    Map<String, SeriesReadings> readings;
    List<SeriesBuckets> days;
    List<Anomaly> anomalies;
    Artifact artifact;
    FeedToken head;
    IngestReadingsResponse first;
    try (var running = start("old");
        var ingest = new RunningIngest(running);
        var client = Tidewatch.connect(running.addresses().connection())) {
      try (var writer = new YearWriter(ingest, "w")) {
        for (int sequence = 1; sequence <= 20; sequence++) {
          assertThat(writer.send(sequence).getCounts().getAccepted()).isEqualTo(HOURS);
        }
      }
      first = IngestServiceGrpc.newBlockingStub(ingest.open).ingestReadings(request);
      artifact = upload(client);
      anomalies = report(running);
      readings = ingest.everything();
      days = ingest.days();
      head = ingest.head();
      Manifest manifest = back("old", archive);
      assertThat(rows(manifest, "ingest", "reading")).isEqualTo(20L * HOURS + 1);
      assertThat(manifest.artifacts()).hasSize(1);
      assertThat(manifest.files())
          .noneMatch(file ->
              NOT_KEPT.stream()
                  .anyMatch(table -> file.entry().equals("ingest/" + table + ".copy")));
      assertThat(manifest.files())
          .extracting(Manifest.FilePart::entry)
          .contains(
              "ingest/reading_tally.copy",
              "ingest/reject_tally.copy",
              "ingest/deletion_outcome.copy");
    }
    assertThat(readings).hasSize(21);
    assertThat(days.stream().map(SeriesBuckets::getSeries).distinct()).hasSize(21);

    restore("new", archive);
    assertThatThrownBy(() -> restore("new", archive))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("has a schema ingest already");

    try (var running = start("new");
        var ingest = new RunningIngest(running);
        var client = Tidewatch.connect(running.addresses().connection())) {
      assertThat(ingest.everything()).isEqualTo(readings);
      assertThat(ingest.days()).isEqualTo(days);
      assertThat(anomalies(running)).isEqualTo(anomalies);
      assertThat(client.registry().artifacts().get(artifact.getSha256())).isEqualTo(artifact);
      Path downloaded = folder.resolve("downloaded");
      assertThat(
              client
                  .registry()
                  .artifacts()
                  .download(artifact.getSha256(), downloaded, TransferProgress.SILENT))
          .isEqualTo(artifact);
      assertThat(downloaded).hasSameBinaryContentAs(folder.resolve("artifact"));

      assertThat(ingest.head().getEpoch()).isEqualTo(head.getEpoch() + 1);
      assertThat(ingest.reasonOfSubscribing(head)).isEqualTo("FEED_TOKEN_EXPIRED");

      IngestReadingsResponse repeated =
          IngestServiceGrpc.newBlockingStub(ingest.open).ingestReadings(request);
      assertThat(repeated.getReplayed()).isTrue();
      assertThat(repeated.getCounts()).isEqualTo(first.getCounts());
      assertThat(
              IngestServiceGrpc.newBlockingStub(ingest.open)
                  .getWriter(GetWriterRequest.newBuilder().setWriterId("w").build())
                  .getWriter()
                  .getLastSequence())
          .isEqualTo(20);
      FeedToken before = ingest.head();
      try (var writer = new YearWriter(ingest, "w")) {
        BatchAcknowledgement old = writer.send(20);
        assertThat(old.getReplayed()).isTrue();
        assertThat(old.getCounts().getAccepted()).isEqualTo(HOURS);
        BatchAcknowledgement next = writer.send(21);
        assertThat(next.getReplayed()).isFalse();
        assertThat(next.getCounts().getAccepted()).isEqualTo(HOURS);
      }
      assertThat(ingest.firstBlockAfter(before)).isEqualTo(before.getPosition() + 1);
      Map<String, SeriesReadings> more = new TreeMap<>(ingest.everything());
      assertThat(more.remove("year/21")).isNotNull();
      assertThat(more).isEqualTo(readings);
    }
  }

  @Test
  void everyKindOfDamageIsRefusedAndNothingWritten() throws Exception {
    Path archive = folder.resolve("all.backup");
    Artifact artifact;
    try (var running = start("old");
        var client = Tidewatch.connect(running.addresses().connection())) {
      artifact = upload(client);
      var _ = back("old", archive);
    }
    List<String> names;
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      names = Collections.list(zip.entries()).stream().map(ZipEntry::getName).toList();
    }
    try (var databases = Databases.open(folder.resolve("new"), Map.of(), null, false)) {
      for (String name :
          List.of(
              "manifest.json",
              "manifest.sha256",
              "ingest/feed_head.copy",
              "registry/artifact.copy",
              "monitor/anomaly_head.copy",
              "artifacts/" + artifact.getSha256())) {
        assertThat(names).contains(name);
        assertRefused(
            databases,
            rewritten(archive, name, Damage.FLIP),
            name.equals("manifest.sha256") ? "manifest" : name);
        assertRefused(databases, rewritten(archive, name, Damage.DROP), name);
      }
      assertRefused(databases, rewritten(archive, "extra", Damage.ADD), "extra");
      byte[] whole = Files.readAllBytes(archive);
      for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
        Path cut = folder.resolve("cut");
        Files.write(cut, Arrays.copyOf(whole, length));
        assertRefused(databases, cut, "not a whole archive");
      }
      assertThat(schemas(databases)).isEmpty();
      assertThat(databases.places().artifacts()).doesNotExist();

      // The same way in, with the archive as it was written.
      load(databases, archive);
      assertThat(schemas(databases)).containsExactly("inference", "ingest", "monitor", "registry");
      assertThat(databases.places().blob(artifact.getSha256())).exists();
    }
  }

  private static List<String> schemas(Databases databases) throws Exception {
    try (Connection connection = DriverManager.getConnection(databases.places().url("ingest"))) {
      return Backup.texts(
          connection,
          "SELECT nspname FROM pg_namespace"
              + " WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')"
              + " ORDER BY 1");
    }
  }

  private Artifact upload(Tidewatch client) throws Exception {
    Path file = folder.resolve("artifact");
    byte[] content = new byte[100_000];
    new Random(7).nextBytes(content);
    Files.write(file, content);
    return client
        .registry()
        .artifacts()
        .upload(file, ArtifactFormat.ARTIFACT_FORMAT_ONNX, TransferProgress.SILENT);
  }

  private static List<Anomaly> report(Standalone running) throws Exception {
    var anomaly =
        Anomaly.newBuilder()
            .setSeries("year/1")
            .setTime(Timestamp.newBuilder().setSeconds(YEAR_BEGIN_MICROS / 1_000_000))
            .setValue(9)
            .setScore(4.5)
            .setSeverity(Severity.SEVERITY_HIGH)
            .setDetector("detector")
            .setDetectorVersion("1.0.0")
            .setReason("far above what is usual");
    ManagedChannel monitor = channel(running.addresses().monitor().toString());
    try {
      assertThat(
              AnomalyServiceGrpc.newBlockingStub(monitor)
                  .reportAnomalies(
                      ReportAnomaliesRequest.newBuilder().addAnomalies(anomaly).build())
                  .getRecorded())
          .isEqualTo(1);
    } finally {
      monitor.shutdownNow();
    }
    List<Anomaly> recorded = anomalies(running);
    assertThat(recorded).hasSize(1);
    return recorded;
  }

  private static List<Anomaly> anomalies(Standalone running) {
    ManagedChannel monitor = channel(running.addresses().monitor().toString());
    try {
      return AnomalyServiceGrpc.newBlockingStub(monitor)
          .listAnomalies(ListAnomaliesRequest.getDefaultInstance())
          .getAnomaliesList();
    } finally {
      monitor.shutdownNow();
    }
  }

  static ManagedChannel channel(String target) {
    return Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
        .maxInboundMessageSize(64 << 20)
        .build();
  }

  private enum Damage {
    FLIP,
    DROP,
    ADD
  }

  private Path rewritten(Path archive, String damaged, Damage damage) throws Exception {
    Path to = folder.resolve("damaged");
    try (ZipFile zip = new ZipFile(archive.toFile());
        var out = new ZipOutputStream(Files.newOutputStream(to))) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        boolean meant = entry.getName().equals(damaged);
        if (meant && damage == Damage.DROP) {
          continue;
        }
        out.putNextEntry(new ZipEntry(entry.getName()));
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] content = in.readAllBytes();
          if (meant) {
            content[content.length / 2] ^= 4;
          }
          out.write(content);
        }
      }
      if (damage == Damage.ADD) {
        out.putNextEntry(new ZipEntry(damaged));
        out.write(1);
      }
    }
    return to;
  }

  private static void assertRefused(Databases databases, Path archive, String names) {
    assertThatThrownBy(() -> load(databases, archive))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining(names);
  }

  private static long rows(Manifest manifest, String schema, String table) {
    return manifest.schemas().stream()
        .filter(part -> part.name().equals(schema))
        .flatMap(part -> part.tables().stream())
        .filter(part -> part.name().equals(table))
        .mapToLong(Manifest.TablePart::rows)
        .sum();
  }

  private Standalone start(String name) {
    return Standalone.launch(
        StandaloneConfig.in(folder.resolve(name)).withPorts(Ports.FREE), CLOCK);
  }

  private Manifest back(String name, Path archive) throws Exception {
    try (var databases = Databases.open(folder.resolve(name), Map.of(), null, true)) {
      return new Backup(databases.places(), CLOCK.instant(), line -> {}).write(archive);
    }
  }

  private void restore(String name, Path archive) throws Exception {
    try (var databases = Databases.open(folder.resolve(name), Map.of(), null, false)) {
      load(databases, archive);
      assertThat(schemas(databases)).containsExactly("inference", "ingest", "monitor", "registry");
      try (Connection connection = DriverManager.getConnection(databases.places().url("ingest"))) {
        for (String table : NOT_KEPT) {
          assertThat(Backup.texts(connection, "SELECT 1 FROM ingest." + table + " LIMIT 1"))
              .as(table)
              .isEmpty();
        }
        assertThat(
                Backup.texts(
                    connection,
                    "SELECT 1 FROM ingest.series WHERE created_commit <> 0 OR changed_commit <> 0"))
            .isEmpty();
        // What makes the rollups be computed anew.
        assertThat(
                Backup.texts(
                    connection,
                    "SELECT 1 FROM ingest.rollup_head r JOIN ingest.feed_head h ON h.epoch <> r.epoch"))
            .hasSize(1);
      }
    }
  }

  private static void load(Databases databases, Path archive) throws Exception {
    try (ArchiveReader reader = ArchiveReader.verified(archive)) {
      var _ = new Restore(databases.places(), CLOCK.instant(), line -> {}).read(reader);
    }
  }
}
