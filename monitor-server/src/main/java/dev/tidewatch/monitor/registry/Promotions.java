package dev.tidewatch.monitor.registry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The registry's aliases, as the monitor reads and moves them. Thread-safe. Every method throws
 * {@link dev.tidewatch.serverkit.errors.Unavailable} while the registry cannot be reached, and
 * {@link dev.tidewatch.serverkit.errors.NotFound} for a model or version that it does not have.
 */
public interface Promotions {
  String CHAMPION = "champion";
  String CANARY = "canary";

  AliasPlaces places(String model);

  /**
   * What stands between a version and the alias {@code champion}. Where the alias is not protected,
   * the version must at least not be significantly worse, by the newest paired errors that are
   * attached to it, than the version that the alias names.
   */
  GateAnswer gates(String model, String version);

  /**
   * Carries an order out, all or nothing; again with the same request changes nothing.
   *
   * @return the registry's revision of it
   * @throws dev.tidewatch.serverkit.errors.Aborted something moved since it was seen
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition {@code GATE_REFUSED,
   *     APPROVAL_MISSING, VERSION_NOT_READY, SIGNATURE_CHANGED}
   */
  @CanIgnoreReturnValue
  long move(AliasOrder order);

  /** The newest move of an alias; empty if it never named anything. */
  Optional<MadeMove> newestMove(String model, String alias);

  /**
   * Every move of the model's aliases, also of {@code champion} and {@code canary} where they were
   * removed; none of a model that the registry does not have.
   */
  List<AliasChange> history(String model);

  /**
   * A move that happened.
   *
   * @param from empty: the alias named nothing
   * @param to empty: it was removed
   * @param rollback it took the move before it back
   */
  record MadeMove(String from, String to, boolean rollback, long revision) {}

  /**
   * Moves an alias back to where it was before its last move.
   *
   * @param expected the version that it names now
   * @throws dev.tidewatch.serverkit.errors.Aborted it names another one
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition it named nothing before, or what
   *     cannot be served any more
   */
  MadeMove rollBack(UUID requestId, String model, String alias, String expected, String reason);
}
