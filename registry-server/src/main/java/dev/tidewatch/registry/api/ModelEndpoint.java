package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.AttachEvidenceResponse;
import dev.tidewatch.proto.registry.v1.CreateModelRequest;
import dev.tidewatch.proto.registry.v1.CreateModelResponse;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionResponse;
import dev.tidewatch.proto.registry.v1.GetModelRequest;
import dev.tidewatch.proto.registry.v1.GetModelResponse;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionResponse;
import dev.tidewatch.proto.registry.v1.GetSmokeInputsRequest;
import dev.tidewatch.proto.registry.v1.GetSmokeInputsResponse;
import dev.tidewatch.proto.registry.v1.ListEvidenceRequest;
import dev.tidewatch.proto.registry.v1.ListEvidenceResponse;
import dev.tidewatch.proto.registry.v1.ListModelVersionsRequest;
import dev.tidewatch.proto.registry.v1.ListModelVersionsResponse;
import dev.tidewatch.proto.registry.v1.ListModelsRequest;
import dev.tidewatch.proto.registry.v1.ListModelsResponse;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc.ModelServiceImplBase;
import dev.tidewatch.proto.registry.v1.ProposeNextVersionRequest;
import dev.tidewatch.proto.registry.v1.ProposeNextVersionResponse;
import dev.tidewatch.proto.registry.v1.ReportVersionCheckRequest;
import dev.tidewatch.proto.registry.v1.ReportVersionCheckResponse;
import dev.tidewatch.proto.registry.v1.UpdateModelRequest;
import dev.tidewatch.proto.registry.v1.UpdateModelResponse;
import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.Evidence;
import dev.tidewatch.registry.domain.EvidenceLog;
import dev.tidewatch.registry.domain.Model;
import dev.tidewatch.registry.domain.ModelCatalog;
import dev.tidewatch.registry.domain.ModelFilter;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelVersion;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.VersionTrials;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** Models and versions over gRPC. */
public final class ModelEndpoint extends ModelServiceImplBase {
  private final ModelCatalog catalog;
  private final VersionTrials trials;
  private final EvidenceLog evidence;
  private final VersionSignatures signatures;

  /**
   * @param artifacts to read signatures from
   */
  public ModelEndpoint(
      ModelCatalog catalog, VersionTrials trials, EvidenceLog evidence, ArtifactStore artifacts) {
    this.catalog = catalog;
    this.trials = trials;
    this.evidence = evidence;
    this.signatures = new VersionSignatures(artifacts);
  }

  @Override
  public void createModel(
      CreateModelRequest request, StreamObserver<CreateModelResponse> observer) {
    Model model =
        catalog.create(
            Origins.of("CreateModel", request.getRequestId(), request),
            Fields.model("model", request.getModel()),
            ModelMessages.task(request.getTask())
                .orElseThrow(() -> InvalidArgument.field("task", "required")),
            request.getDescription(),
            request.getTagsMap());
    observer.onNext(CreateModelResponse.newBuilder().setModel(ModelMessages.model(model)).build());
    observer.onCompleted();
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> observer) {
    Model model = catalog.get(Fields.model("model", request.getModel()));
    observer.onNext(GetModelResponse.newBuilder().setModel(ModelMessages.model(model)).build());
    observer.onCompleted();
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
    Page<Model> page =
        catalog.list(
            new ModelFilter(
                request.getPrefix(),
                request.getIncludeArchived(),
                ModelMessages.task(request.getTask())),
            Pages.request("ListModels", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListModelsResponse.newBuilder()
            .addAllModels(page.items().stream().map(ModelMessages::model).toList())
            .setNextPageToken(Pages.nextToken("ListModels", page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void updateModel(
      UpdateModelRequest request, StreamObserver<UpdateModelResponse> observer) {
    Model model =
        catalog.update(
            Origins.of("UpdateModel", request.getRequestId(), request),
            Fields.model("model", request.getModel()),
            Fields.revision("etag", request.getEtag()),
            request.hasDescription() ? Optional.of(request.getDescription()) : Optional.empty(),
            request.hasTags() ? Optional.of(request.getTags().getTagsMap()) : Optional.empty(),
            request.hasArchived() ? Optional.of(request.getArchived()) : Optional.empty());
    observer.onNext(UpdateModelResponse.newBuilder().setModel(ModelMessages.model(model)).build());
    observer.onCompleted();
  }

  @Override
  public void createModelVersion(
      CreateModelVersionRequest request, StreamObserver<CreateModelVersionResponse> observer) {
    ModelVersion version =
        catalog.createVersion(
            Origins.of("CreateModelVersion", request.getRequestId(), request),
            ModelMessages.newVersion(request, signatures.of(request)));
    observer.onNext(
        CreateModelVersionResponse.newBuilder()
            .setModelVersion(ModelMessages.version(version))
            .build());
    observer.onCompleted();
  }

  @Override
  public void getModelVersion(
      GetModelVersionRequest request, StreamObserver<GetModelVersionResponse> observer) {
    ModelName model = Fields.model("model", request.getModel());
    ModelVersion version =
        switch (request.getWhichCase()) {
          case VERSION ->
              catalog.getVersion(model, Fields.version("version", request.getVersion()));
          case ALIAS ->
              catalog.getVersion(new AliasKey(model, Fields.alias("alias", request.getAlias())));
          case WHICH_NOT_SET -> catalog.getLatestVersion(model);
        };
    observer.onNext(
        GetModelVersionResponse.newBuilder()
            .setModelVersion(ModelMessages.version(version))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listModelVersions(
      ListModelVersionsRequest request, StreamObserver<ListModelVersionsResponse> observer) {
    Page<ModelVersion> page =
        catalog.listVersions(
            Fields.model("model", request.getModel()),
            ModelMessages.state(request.getState()),
            Pages.request("ListModelVersions", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListModelVersionsResponse.newBuilder()
            .addAllModelVersions(page.items().stream().map(ModelMessages::version).toList())
            .setNextPageToken(Pages.nextToken("ListModelVersions", page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void getSmokeInputs(
      GetSmokeInputsRequest request, StreamObserver<GetSmokeInputsResponse> observer) {
    observer.onNext(
        GetSmokeInputsResponse.newBuilder()
            .addAllSmokeInputs(
                trials
                    .smokeInputs(
                        Fields.model("model", request.getModel()),
                        Fields.version("version", request.getVersion()))
                    .stream()
                    .map(SmokeInputs::message)
                    .toList())
            .build());
    observer.onCompleted();
  }

  @Override
  public void reportVersionCheck(
      ReportVersionCheckRequest request, StreamObserver<ReportVersionCheckResponse> observer) {
    if (!request.getPassed() && request.getReason().isBlank()) {
      throw InvalidArgument.field("reason", "required where the version did not pass");
    }
    ModelVersion version =
        trials.decide(
            Origins.of("ReportVersionCheck", request.getRequestId(), request),
            Fields.model("model", request.getModel()),
            Fields.version("version", request.getVersion()),
            new VersionTrials.Verdict(
                request.getPassed() ? Optional.empty() : Optional.of(request.getReason()),
                request.getServer(),
                request.hasSignature()
                    ? Optional.of(ProtoJson.document("signature", request.getSignature()))
                    : Optional.empty()));
    observer.onNext(
        ReportVersionCheckResponse.newBuilder()
            .setModelVersion(ModelMessages.version(version))
            .build());
    observer.onCompleted();
  }

  @Override
  public void proposeNextVersion(
      ProposeNextVersionRequest request, StreamObserver<ProposeNextVersionResponse> observer) {
    observer.onNext(
        ProposeNextVersionResponse.newBuilder()
            .setVersion(
                catalog
                    .nextVersion(
                        Fields.model("model", request.getModel()),
                        ModelMessages.bump(request.getBump()))
                    .toString())
            .build());
    observer.onCompleted();
  }

  @Override
  public void attachEvidence(
      AttachEvidenceRequest request, StreamObserver<AttachEvidenceResponse> observer) {
    Evidence attached =
        evidence.attach(
            Origins.of("AttachEvidence", request.getRequestId(), request),
            EvidenceMessages.newEvidence(request));
    observer.onNext(
        AttachEvidenceResponse.newBuilder()
            .setEvidence(EvidenceMessages.evidence(attached))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listEvidence(
      ListEvidenceRequest request, StreamObserver<ListEvidenceResponse> observer) {
    Page<Evidence> page =
        evidence.list(
            EvidenceMessages.key("", request.getModel(), request.getVersion()),
            Pages.request("ListEvidence", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListEvidenceResponse.newBuilder()
            .addAllEvidence(page.items().stream().map(EvidenceMessages::evidence).toList())
            .setNextPageToken(Pages.nextToken("ListEvidence", page))
            .build());
    observer.onCompleted();
  }
}
