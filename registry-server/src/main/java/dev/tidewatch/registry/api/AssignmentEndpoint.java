package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.AssignmentServiceGrpc.AssignmentServiceImplBase;
import dev.tidewatch.proto.registry.v1.CreateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.CreateAssignmentResponse;
import dev.tidewatch.proto.registry.v1.DeleteAssignmentRequest;
import dev.tidewatch.proto.registry.v1.DeleteAssignmentResponse;
import dev.tidewatch.proto.registry.v1.GetAssignmentRequest;
import dev.tidewatch.proto.registry.v1.GetAssignmentResponse;
import dev.tidewatch.proto.registry.v1.ListAssignmentsRequest;
import dev.tidewatch.proto.registry.v1.ListAssignmentsResponse;
import dev.tidewatch.proto.registry.v1.ResolveAssignmentsRequest;
import dev.tidewatch.proto.registry.v1.ResolveAssignmentsResponse;
import dev.tidewatch.proto.registry.v1.UpdateAssignmentRequest;
import dev.tidewatch.proto.registry.v1.UpdateAssignmentResponse;
import dev.tidewatch.registry.domain.Assignment;
import dev.tidewatch.registry.domain.AssignmentBook;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.SeriesName;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.OptionalLong;

/** Assignments over gRPC. */
public final class AssignmentEndpoint extends AssignmentServiceImplBase {
  private final AssignmentBook book;

  public AssignmentEndpoint(AssignmentBook book) {
    this.book = book;
  }

  @Override
  public void createAssignment(
      CreateAssignmentRequest request, StreamObserver<CreateAssignmentResponse> observer) {
    Assignment made =
        book.create(
            Origins.of("CreateAssignment", request.getRequestId(), request),
            AssignmentMessages.spec(request.getAssignment()));
    observer.onNext(
        CreateAssignmentResponse.newBuilder()
            .setAssignment(AssignmentMessages.assignment(made))
            .build());
    observer.onCompleted();
  }

  @Override
  public void getAssignment(
      GetAssignmentRequest request, StreamObserver<GetAssignmentResponse> observer) {
    observer.onNext(
        GetAssignmentResponse.newBuilder()
            .setAssignment(AssignmentMessages.assignment(book.get(request.getAssignment())))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listAssignments(
      ListAssignmentsRequest request, StreamObserver<ListAssignmentsResponse> observer) {
    Page<Assignment> page =
        book.list(
            Fields.present(request.getModel()).map(text -> Fields.model("model", text)),
            ModelMessages.task(request.getTask()),
            Pages.request("ListAssignments", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListAssignmentsResponse.newBuilder()
            .addAllAssignments(page.items().stream().map(AssignmentMessages::assignment).toList())
            .setNextPageToken(Pages.nextToken("ListAssignments", page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void updateAssignment(
      UpdateAssignmentRequest request, StreamObserver<UpdateAssignmentResponse> observer) {
    if (request.getAssignment().getEtag().isEmpty()) {
      throw InvalidArgument.field("assignment.etag", "required; get the assignment first");
    }
    Assignment changed =
        book.update(
            Origins.of("UpdateAssignment", request.getRequestId(), request),
            AssignmentMessages.spec(request.getAssignment()),
            Fields.revision("assignment.etag", request.getAssignment().getEtag()));
    observer.onNext(
        UpdateAssignmentResponse.newBuilder()
            .setAssignment(AssignmentMessages.assignment(changed))
            .build());
    observer.onCompleted();
  }

  @Override
  public void deleteAssignment(
      DeleteAssignmentRequest request, StreamObserver<DeleteAssignmentResponse> observer) {
    book.delete(
        Origins.of("DeleteAssignment", request.getRequestId(), request),
        request.getAssignment(),
        request.getEtag().isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(Fields.revision("etag", request.getEtag())));
    observer.onNext(DeleteAssignmentResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void resolveAssignments(
      ResolveAssignmentsRequest request, StreamObserver<ResolveAssignmentsResponse> observer) {
    List<Assignment> counting =
        book.resolve(
            Fields.read("series", () -> new SeriesName(request.getSeries())),
            request.getLabelsMap(),
            ModelMessages.task(request.getTask()));
    observer.onNext(
        ResolveAssignmentsResponse.newBuilder()
            .addAllAssignments(counting.stream().map(AssignmentMessages::assignment).toList())
            .build());
    observer.onCompleted();
  }
}
