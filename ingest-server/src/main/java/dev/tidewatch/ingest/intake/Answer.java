package dev.tidewatch.ingest.intake;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a batch: told once, by whoever commits it; later tellings are ignored. Lighter
 * than a future, since there is one for every message. Thread-safe.
 */
public final class Answer {
  private final BiConsumer<@Nullable CommittedBatch, @Nullable Throwable> whenTold;

  @GuardedBy("this")
  private @Nullable CommittedBatch committed;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  private volatile boolean told;

  /**
   * @param whenTold called once with what became of the batch, or why nothing did; exactly one of
   *     the two is null
   */
  public Answer(BiConsumer<@Nullable CommittedBatch, @Nullable Throwable> whenTold) {
    this.whenTold = whenTold;
  }

  /** One that is told already. */
  public static Answer failed(Throwable failure) {
    var answer = new Answer((_, _) -> {});
    answer.fail(failure);
    return answer;
  }

  public void complete(CommittedBatch batch) {
    tell(batch, null);
  }

  public void fail(Throwable cause) {
    tell(null, cause);
  }

  private void tell(@Nullable CommittedBatch batch, @Nullable Throwable cause) {
    synchronized (this) {
      if (told) {
        return;
      }
      committed = batch;
      failure = cause;
      told = true;
    }
    whenTold.accept(batch, cause);
  }

  public boolean isTold() {
    return told;
  }

  /** What was committed; null if it failed, or nothing was told yet. */
  public synchronized @Nullable CommittedBatch committed() {
    return committed;
  }

  /** Why nothing was committed; null if something was, or nothing was told yet. */
  public synchronized @Nullable Throwable failure() {
    return failure;
  }
}
