package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc.CatalogServiceImplBase;
import dev.tidewatch.proto.registry.v1.CompareVersionsRequest;
import dev.tidewatch.proto.registry.v1.CompareVersionsResponse;
import dev.tidewatch.proto.registry.v1.ExportVersionsRequest;
import dev.tidewatch.proto.registry.v1.ExportVersionsResponse;
import dev.tidewatch.proto.registry.v1.GetLineageRequest;
import dev.tidewatch.proto.registry.v1.GetLineageResponse;
import dev.tidewatch.proto.registry.v1.Lineage;
import dev.tidewatch.proto.registry.v1.LineageNode;
import dev.tidewatch.proto.registry.v1.SearchVersionsRequest;
import dev.tidewatch.proto.registry.v1.SearchVersionsResponse;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.registry.domain.FoundVersions;
import dev.tidewatch.registry.domain.LineageGraph;
import dev.tidewatch.registry.domain.ModelVersion;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.VersionFilter;
import dev.tidewatch.registry.domain.VersionFinder;
import dev.tidewatch.registry.domain.VersionName;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Search, comparison, export and lineage over gRPC. */
public final class CatalogEndpoint extends CatalogServiceImplBase {
  private static final int DEPTH_USUAL = 3;

  private final VersionFinder finder;
  private final LineageGraph lineage;

  public CatalogEndpoint(VersionFinder finder, LineageGraph lineage) {
    this.finder = finder;
    this.lineage = lineage;
  }

  @Override
  public void searchVersions(
      SearchVersionsRequest request, StreamObserver<SearchVersionsResponse> observer) {
    String asked = SearchMessages.question(request);
    Page<ModelVersion> page =
        finder.search(
            SearchMessages.filter(request.getFilter()),
            SearchMessages.order(request),
            Pages.request(asked, request.getPageSize(), request.getPageToken()));
    observer.onNext(
        SearchVersionsResponse.newBuilder()
            .addAllModelVersions(page.items().stream().map(ModelMessages::version).toList())
            .setNextPageToken(Pages.nextToken(asked, page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void compareVersions(
      CompareVersionsRequest request, StreamObserver<CompareVersionsResponse> observer) {
    Set<VersionName> names = new LinkedHashSet<>();
    for (int i = 0; i < request.getVersionsCount(); i++) {
      VersionReference version = request.getVersions(i);
      VersionName name =
          new VersionName(
              Fields.model("versions[" + i + "].model", version.getModel()),
              Fields.version("versions[" + i + "].version", version.getVersion()));
      if (!names.add(name)) {
        throw InvalidArgument.field("versions[" + i + "]", name + " is named twice");
      }
    }
    List<dev.tidewatch.proto.registry.v1.ModelVersion> versions =
        finder.named(List.copyOf(names)).stream().map(ModelMessages::version).toList();
    observer.onNext(
        CompareVersionsResponse.newBuilder()
            .addAllVersions(versions)
            .addAllDifferences(VersionDifferences.of(versions))
            .build());
    observer.onCompleted();
  }

  @Override
  public void exportVersions(
      ExportVersionsRequest request, StreamObserver<ExportVersionsResponse> observer) {
    VersionFilter filter = SearchMessages.filter(request.getFilter());
    FoundVersions found = finder.all(filter);
    ExportText text =
        switch (request.getFormat()) {
          case EXPORT_FORMAT_JSON -> new JsonExport();
          case EXPORT_FORMAT_CSV -> new CsvExport(found.metrics(), found.tagKeys());
          case EXPORT_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
              throw InvalidArgument.field("format", "required");
        };
    new ExportStream(
            found.ordinals(),
            finder::read,
            text,
            (ServerCallStreamObserver<ExportVersionsResponse>) observer)
        .start();
  }

  @Override
  public void getLineage(GetLineageRequest request, StreamObserver<GetLineageResponse> observer) {
    LineageGraph.Around around =
        lineage.around(
            EvidenceMessages.key("", request.getModel(), request.getVersion()),
            request.getDepth() == 0 ? DEPTH_USUAL : request.getDepth());
    observer.onNext(
        GetLineageResponse.newBuilder()
            .addAllNodes(around.nodes().stream().map(CatalogEndpoint::node).toList())
            .setTruncated(around.truncated())
            .build());
    observer.onCompleted();
  }

  private static LineageNode node(LineageGraph.Node node) {
    LineageNode.Builder message =
        LineageNode.newBuilder().setVersion(EvidenceMessages.reference(node.key()));
    node.version()
        .map(version -> ProtoJson.read(version.content().lineage(), Lineage.newBuilder()).build())
        .ifPresent(message::setLineage);
    return message.build();
  }
}
