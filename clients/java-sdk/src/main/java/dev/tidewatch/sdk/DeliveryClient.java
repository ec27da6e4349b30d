package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CreateDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.DeadLetter;
import dev.tidewatch.proto.monitor.v1.DeleteDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import dev.tidewatch.proto.monitor.v1.ListDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.ListDeadLettersResponse;
import dev.tidewatch.proto.monitor.v1.ListDeliveryTargetsRequest;
import dev.tidewatch.proto.monitor.v1.ListDeliveryTargetsResponse;
import dev.tidewatch.proto.monitor.v1.RetryDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.TestDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.TestDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.UpdateDeliveryTargetRequest;
import io.grpc.Channel;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Where the monitor delivers alerts to, and what could not be delivered. Thread-safe. Every method
 * throws {@link TidewatchException} if the call fails; lists fetch their pages while they are read.
 */
public final class DeliveryClient {
  private final AlertServiceGrpc.AlertServiceBlockingStub alerts;

  DeliveryClient(Channel channel) {
    this.alerts = AlertServiceGrpc.newBlockingStub(channel);
  }

  /** Targets by name, without their secrets. */
  public Stream<DeliveryTarget> targets() {
    return Calls.pages(
        token ->
            alerts.listDeliveryTargets(
                ListDeliveryTargetsRequest.newBuilder().setPageToken(token).build()),
        ListDeliveryTargetsResponse::getTargetsList,
        ListDeliveryTargetsResponse::getNextPageToken);
  }

  /** Makes a target, once, however often the call is repeated inside. */
  public DeliveryTarget createTarget(DeliveryTarget target) {
    var request =
        CreateDeliveryTargetRequest.newBuilder()
            .setTarget(target)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    return Calls.unary(() -> alerts.createDeliveryTarget(request)).getTarget();
  }

  /** Replaces the target that was read with its etag. An empty secret keeps the one it has. */
  public DeliveryTarget updateTarget(DeliveryTarget target) {
    var request = UpdateDeliveryTargetRequest.newBuilder().setTarget(target).build();
    return Calls.unary(() -> alerts.updateDeliveryTarget(request)).getTarget();
  }

  /** Removes a target and what is queued for it. */
  public void deleteTarget(String name) {
    var request = DeleteDeliveryTargetRequest.newBuilder().setName(name).build();
    var _ = Calls.unary(() -> alerts.deleteDeliveryTarget(request));
  }

  /** Sends a test alert and answers what the target said. */
  public TestDeliveryTargetResponse testTarget(String name) {
    var request = TestDeliveryTargetRequest.newBuilder().setName(name).build();
    return Calls.unary(() -> alerts.testDeliveryTarget(request));
  }

  /**
   * Deliveries that were given up, newest first.
   *
   * @param target empty: of all targets
   */
  public Stream<DeadLetter> deadLetters(String target) {
    return Calls.pages(
        token ->
            alerts.listDeadLetters(
                ListDeadLettersRequest.newBuilder()
                    .setTarget(target)
                    .setPageSize(1000)
                    .setPageToken(token)
                    .build()),
        ListDeadLettersResponse::getDeadLettersList,
        ListDeadLettersResponse::getNextPageToken);
  }

  /**
   * Puts deliveries back into the queue.
   *
   * @param deliveryIds at most 1,000
   * @return how many
   */
  public int retryDeadLetters(Collection<String> deliveryIds) {
    var request = RetryDeadLettersRequest.newBuilder().addAllDeliveryIds(deliveryIds).build();
    return Calls.unary(() -> alerts.retryDeadLetters(request)).getQueued();
  }
}
