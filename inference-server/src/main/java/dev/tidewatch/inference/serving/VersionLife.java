package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.VersionStatus.State;
import dev.tidewatch.serverkit.errors.ServiceException;
import org.jspecify.annotations.Nullable;

/**
 * One version's way through the states of {@link State}. Not thread-safe: guarded by the residency.
 */
final class VersionLife {
  private final VersionKey key;
  private @Nullable Artifact artifact;
  private State state = State.WANTED;
  private @Nullable ServedVersion served;
  private @Nullable ServiceException failure;
  private long memoryBytes;
  private int attempts;

  /** Somebody waits for it, or waited when it was asked for last. */
  private boolean demanded;

  /** Not before a pause after a failure is over. */
  private boolean pausing;

  /** Nothing names it any more; what comes of its loading is thrown away. */
  private boolean forsaken;

  /**
   * @param artifact null where only the number is known
   */
  VersionLife(VersionKey key, @Nullable Artifact artifact) {
    this.key = key;
    this.artifact = artifact;
  }

  VersionKey key() {
    return key;
  }

  @Nullable Artifact artifact() {
    return artifact;
  }

  void located(Artifact found, long estimateBytes) {
    artifact = found;
    memoryBytes = estimateBytes;
  }

  State state() {
    return state;
  }

  @Nullable ServedVersion served() {
    return served;
  }

  /** What went wrong last; null once it is ready. */
  @Nullable ServiceException failure() {
    return failure;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  int attempts() {
    return attempts;
  }

  boolean isDemanded() {
    return demanded;
  }

  void demand() {
    demanded = true;
  }

  boolean isPausing() {
    return pausing;
  }

  boolean isForsaken() {
    return forsaken;
  }

  void forsake() {
    forsaken = true;
  }

  /** True if the version has another artifact than this one was made from. */
  boolean isOf(@Nullable Artifact other) {
    return artifact == null || other == null || artifact.sha256().equals(other.sha256());
  }

  /** Takes its turn; the memory is set aside for it. */
  void load(long estimateBytes) {
    become(State.LOADING);
    memoryBytes = estimateBytes;
  }

  void warm() {
    become(State.WARMING);
  }

  void ready(ServedVersion loaded) {
    become(State.READY);
    served = loaded;
    memoryBytes = loaded.memoryBytes();
    failure = null;
    attempts = 0;
  }

  void drain() {
    become(State.DRAINING);
    demanded = false;
  }

  void unloaded() {
    become(State.UNLOADED);
    served = null;
    memoryBytes = 0;
    demanded = false;
  }

  /** To be loaded again. */
  void wanted() {
    become(State.WANTED);
    pausing = false;
  }

  /** Goes back to waiting; {@link #resume} ends the pause. */
  void failedForNow(ServiceException why) {
    become(State.WANTED);
    failure = why;
    memoryBytes = 0;
    attempts++;
    pausing = true;
  }

  void resume() {
    pausing = false;
  }

  void refused(ServiceException why) {
    become(State.REFUSED);
    failure = why;
    memoryBytes = 0;
    attempts++;
    demanded = false;
  }

  private void become(State next) {
    if (!state.leadsTo(next)) {
      throw new IllegalStateException("%s is %s and cannot become %s".formatted(key, state, next));
    }
    state = next;
  }
}
