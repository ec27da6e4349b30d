package dev.tidewatch.registry.domain;

import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A change in the making. */
public interface RegistryChange extends RegistryView {
  /** The revision that this change will have. Asking makes it count as a change. */
  long nextRevision();

  /**
   * Runs the change unless its request was answered before.
   *
   * @param change returns what was changed, in a form that can be read again
   * @return that form, of now or of the first time
   * @throws dev.tidewatch.serverkit.errors.AlreadyExists {@code REQUEST_ID_REUSED}, if the id came
   *     with another request
   */
  String once(Supplier<String> change);

  void insertRun(Run run);

  /**
   * Changes a run while nobody else does.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound {@code RUN_UNKNOWN}
   */
  Run updateRun(UUID id, UnaryOperator<Run> change);

  /** Tells watchers, when this change is committed. */
  void announce(ChangedThing thing);

  /**
   * Leaves a record of who changed what.
   *
   * @param reason in the caller's words; may be empty
   */
  void audit(String model, String subject, String description, String reason);
}
