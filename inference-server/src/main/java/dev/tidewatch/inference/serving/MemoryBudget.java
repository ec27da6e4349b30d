package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.serving.VersionStatus.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether a version fits into memory beside those that stay, and who makes room. Those on their way
 * out count no more. Immutable; the lives are guarded by the residency.
 *
 * @param bytesMax of all that stay
 */
record MemoryBudget(long bytesMax) {
  /** Bytes set aside for or taken by those that stay. */
  static long taken(Collection<VersionLife> staying) {
    return staying.stream()
        .filter(life -> life.state() != State.DRAINING)
        .mapToLong(VersionLife::memoryBytes)
        .sum();
  }

  /**
   * Who is to leave, longest unused first, so that so many more bytes fit; empty if that cannot be.
   *
   * @param mayLeave beyond being idle
   */
  Optional<List<VersionLife>> roomFor(
      long bytes, Collection<VersionLife> staying, Predicate<VersionLife> mayLeave) {
    long excess = taken(staying) + bytes - bytesMax;
    var leaving = new ArrayList<VersionLife>();
    if (excess > 0) {
      List<VersionLife> idle =
          staying.stream()
              .filter(life -> life.state() == State.READY && mayLeave.test(life))
              .filter(life -> life.served() != null && !life.served().isInUse())
              .sorted(Comparator.comparingLong(MemoryBudget::lastUsedNanos))
              .toList();
      for (VersionLife life : idle) {
        if (excess <= 0) {
          break;
        }
        excess -= life.memoryBytes();
        leaving.add(life);
      }
    }
    return excess > 0 ? Optional.empty() : Optional.of(leaving);
  }

  private static long lastUsedNanos(VersionLife life) {
    return life.served() == null ? Long.MIN_VALUE : life.served().lastUsedNanos();
  }
}
