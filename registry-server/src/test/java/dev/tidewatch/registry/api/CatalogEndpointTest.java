package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc;
import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.tidewatch.proto.registry.v1.CompareVersionsRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.ExportFormat;
import dev.tidewatch.proto.registry.v1.ExportVersionsRequest;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.MetricBound;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.SearchVersionsRequest;
import dev.tidewatch.proto.registry.v1.SeriesWindow;
import dev.tidewatch.proto.registry.v1.VersionFilter;
import dev.tidewatch.proto.registry.v1.VersionOrder;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.serverkit.testing.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Search, comparison and export, over gRPC. */
class CatalogEndpointTest extends RegistryOverGrpc {
  @BeforeEach
  void fill() {
    registry.model("load");
    registry.model("price");
    version("load", 0.9, "north", 24, "said \"so\", and\nmore");
    version("load", 0.7, "south", 24, "");
    version("price", 0.8, "north", 48, "");
  }

  @Test
  void searchPagesByMetricAndRefusesATokenOfAnotherQuestion() {
    var byMase =
        SearchVersionsRequest.newBuilder()
            .setOrder(VersionOrder.VERSION_ORDER_METRIC_ASCENDING)
            .setOrderMetric("mase")
            .setPageSize(2);
    var first = catalog().searchVersions(byMase.build());
    assertThat(labels(first.getModelVersionsList())).containsExactly("load 1.1.0", "price 1.0.0");
    var second =
        catalog().searchVersions(byMase.clone().setPageToken(first.getNextPageToken()).build());
    assertThat(labels(second.getModelVersionsList())).containsExactly("load 1.0.0");
    assertThat(second.getNextPageToken()).isEmpty();
    Refusal.of(() ->
            catalog()
                .searchVersions(
                    byMase
                        .clone()
                        .setOrder(VersionOrder.VERSION_ORDER_METRIC_DESCENDING)
                        .setPageToken(first.getNextPageToken())
                        .build()))
        .is("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID");
    Refusal.of(() -> catalog().searchVersions(byMase.clone().clearOrderMetric().build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("order_metric");
    Refusal.of(() ->
            search(
                VersionFilter.newBuilder()
                    .addMetrics(MetricBound.newBuilder().setMetric("mase").setMin(Double.NaN))))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("filter.metrics[0].min");
  }

  @Test
  void searchFindsByEachKindOfCondition() {
    registry.move("load", "champion", "1.0.0");
    assertThat(search(VersionFilter.newBuilder().putTags("site", "north")))
        .containsExactly("price 1.0.0", "load 1.0.0");
    assertThat(search(VersionFilter.newBuilder().setAlias("champion")))
        .containsExactly("load 1.0.0");
    assertThat(search(VersionFilter.newBuilder().setText("SOUTH load")))
        .containsExactly("load 1.1.0");
    assertThat(search(VersionFilter.newBuilder().setSeries("load/grid").setText("so")))
        .containsExactly("load 1.0.0");
    assertThat(
            search(
                VersionFilter.newBuilder()
                    .addMetrics(MetricBound.newBuilder().setMetric("mase").setMax(0.8))))
        .containsExactly("price 1.0.0", "load 1.1.0");
  }

  @Test
  void comparisonTellsWhatDiffers() {
    var compared =
        catalog()
            .compareVersions(
                CompareVersionsRequest.newBuilder()
                    .addVersions(reference("load", "1.1.0"))
                    .addVersions(reference("price", "1.0.0"))
                    .build());
    assertThat(labels(compared.getVersionsList())).containsExactly("load 1.1.0", "price 1.0.0");
    assertThat(compared.getDifferencesList())
        .extracting(difference -> difference.getPath() + " " + difference.getValuesList())
        .contains(
            "metrics.mase [0.7, 0.8]",
            "signature.horizon_steps [24, 48]",
            "tags.site [south, north]",
            "lineage.seed [24, 48]")
        .noneMatch(difference -> difference.startsWith("family"));
    Refusal.of(() ->
            catalog()
                .compareVersions(
                    CompareVersionsRequest.newBuilder()
                        .addVersions(reference("load", "1.1.0"))
                        .addVersions(reference("load", "1.1.0"))
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("versions[1]");
    Refusal.of(() ->
            catalog()
                .compareVersions(
                    CompareVersionsRequest.newBuilder()
                        .addVersions(reference("load", "1.1.0"))
                        .addVersions(reference("load", "9.0.0"))
                        .build()))
        .is("NOT_FOUND", "VERSION_UNKNOWN")
        .says("9.0.0");
  }

  @Test
  void exportsAreWholeAndReadable() throws InvalidProtocolBufferException {
    String csv = export(ExportFormat.EXPORT_FORMAT_CSV, VersionFilter.getDefaultInstance());
    List<String> lines = List.of(csv.split("\r\n", -1));
    assertThat(lines).hasSize(5).endsWith("");
    assertThat(lines.getFirst())
        .startsWith("model,version,state,")
        .endsWith("description,metrics.mase,tags.site");
    assertThat(lines.get(1))
        .startsWith("price,1.0.0,READY,,FORECAST,ridge,")
        .endsWith(",,0.8,north");
    assertThat(lines.get(3))
        .startsWith("load,1.0.0,")
        .endsWith(",load/grid,\"said \"\"so\"\", and\nmore\",0.9,north");

    String json =
        export(
            ExportFormat.EXPORT_FORMAT_JSON, VersionFilter.newBuilder().setModel("load").build());
    String[] items = json.strip().split("\n", -1);
    assertThat(items).startsWith("[").endsWith("]").hasSize(4);
    var read = ModelVersion.newBuilder();
    JsonFormat.parser().merge(items[1].substring(0, items[1].length() - 1), read);
    assertThat(labels(List.of(read.build()))).containsExactly("load 1.1.0");
    assertThat(
            export(
                    ExportFormat.EXPORT_FORMAT_JSON,
                    VersionFilter.newBuilder().setText("nothing").build())
                .strip())
        .isEqualTo("[\n]");
  }

  private List<String> search(VersionFilter.Builder filter) {
    return labels(
        catalog()
            .searchVersions(SearchVersionsRequest.newBuilder().setFilter(filter).build())
            .getModelVersionsList());
  }

  private String export(ExportFormat format, VersionFilter filter) {
    var parts = new ArrayList<byte[]>();
    catalog()
        .exportVersions(
            ExportVersionsRequest.newBuilder().setFormat(format).setFilter(filter).build())
        .forEachRemaining(part -> parts.add(part.getData().toByteArray()));
    var text = new StringBuilder();
    parts.forEach(part -> text.append(new String(part, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private static List<String> labels(List<ModelVersion> versions) {
    return versions.stream().map(v -> v.getModel() + " " + v.getVersion()).toList();
  }

  private static VersionReference reference(String model, String version) {
    return VersionReference.newBuilder().setModel(model).setVersion(version).build();
  }

  private void version(String model, double mase, String site, int horizon, String description) {
    clock.advance(Duration.ofMinutes(1));
    var artifact = registry.upload((model + mase).getBytes(StandardCharsets.UTF_8));
    var _ =
        registry
            .models()
            .createModelVersion(
                CreateModelVersionRequest.newBuilder()
                    .setModel(model)
                    .setArtifactSha256(artifact.getSha256())
                    .setFamily("ridge")
                    .setSignature(ModelSignature.newBuilder().setHorizonSteps(horizon))
                    .putMetrics("mase", mase)
                    .putTags("site", site)
                    .setDescription(description)
                    .setLineage(
                        Lineage.newBuilder()
                            .setSeed(horizon)
                            .addTraining(SeriesWindow.newBuilder().setSeries(model + "/grid")))
                    .build());
  }

  private CatalogServiceBlockingStub catalog() {
    return CatalogServiceGrpc.newBlockingStub(registry.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }
}
