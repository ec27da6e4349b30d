package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.Page;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keeps the targets of deliveries. Thread-safe. */
public interface TargetStore {
  /**
   * Makes a target; its id and revision are given by the store.
   *
   * @param requestId the same again answers what is there
   * @throws dev.tidewatch.serverkit.errors.AlreadyExists TARGET_EXISTS, or REQUEST_ID_REUSED if the
   *     request made a target of another name
   */
  DeliveryTarget create(DeliveryTarget target, UUID requestId);

  /**
   * Replaces the target of that name. An empty secret leaves the one that it has.
   *
   * @param etag the state it must be in
   * @throws dev.tidewatch.serverkit.errors.NotFound TARGET_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  DeliveryTarget update(DeliveryTarget target, String etag);

  /**
   * Removes a target and its deliveries, sent or not.
   *
   * @param etag the state it must be in; empty: any
   * @throws dev.tidewatch.serverkit.errors.NotFound TARGET_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  void delete(String name, Optional<String> etag);

  Optional<DeliveryTarget> find(String name);

  /** By name, behind a name. */
  Page<DeliveryTarget, String> page(Optional<String> after, int size);

  /** Those that are not disabled. */
  List<DeliveryTarget> enabled();
}
