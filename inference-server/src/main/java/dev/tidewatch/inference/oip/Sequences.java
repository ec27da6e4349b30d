package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sequences that are open, by model and id: which version answers each, and what it remembers.
 * Requests of one sequence run one after the other in the order of their arrival, whatever streams
 * they came on. Bounded in number and bytes; one without a request for {@link #IDLE_MAX} is
 * forgotten. Thread-safe.
 */
final class Sequences {
  static final Duration IDLE_MAX = Duration.ofMinutes(1);
  static final int OPEN_MAX = 10_000;
  static final int STATE_BYTES_MAX = 16 << 20;
  private static final long ALL_BYTES_MAX = 256L << 20;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final LongSupplier nanos;
  private final int openMax;

  /** The longest unused first. */
  private final LinkedHashMap<Key, Sequence> open = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;

  private record Key(String model, String id) {}

  /** One sequence. What it remembers is touched by its requests alone, one after the other. */
  static final class Sequence {
    private final Key key;
    private final VersionKey version;
    private Map<String, Tensor> state = Map.of();
    private long stateBytes;
    private long usedNanos;
    private int running;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    private Sequence(Key key, VersionKey version) {
      this.key = key;
      this.version = version;
    }

    /** Empty before the first answer. */
    Map<String, Tensor> state() {
      return state;
    }

    /** The one that answered its start. */
    VersionKey version() {
      return version;
    }
  }

  Sequences() {
    this(System::nanoTime, OPEN_MAX);
  }

  /**
   * @param nanos a clock as {@link System#nanoTime}
   */
  Sequences(LongSupplier nanos, int openMax) {
    this.nanos = nanos;
    this.openMax = openMax;
  }

  /** The version that a sequence stays with, whichever the alias names by now. */
  synchronized Optional<VersionKey> versionOf(String model, String id) {
    forgetIdle();
    return Optional.ofNullable(open.get(new Key(model, id))).map(Sequence::version);
  }

  /**
   * Finds the sequence of a request, or opens it at its start; one that is open under the same id
   * ends there.
   *
   * @throws FailedPrecondition {@code SEQUENCE_NOT_STARTED}
   * @throws ResourceExhausted {@code SEQUENCES_TOO_MANY}
   */
  synchronized Sequence at(SequencePosition position, VersionKey version) {
    forgetIdle();
    var key = new Key(version.model(), position.id());
    @Nullable Sequence found = open.get(key);
    if (position.start()) {
      forget(found);
      if (open.size() >= openMax || bytes >= ALL_BYTES_MAX) {
        throw new ResourceExhausted(
            "SEQUENCES_TOO_MANY",
            "%d sequences are open; end some, or wait %d s for those without requests to be forgotten"
                .formatted(open.size(), IDLE_MAX.toSeconds()),
            RETRY);
      }
      found = new Sequence(key, version);
      open.put(key, found);
    } else if (found == null) {
      throw new FailedPrecondition(
          "SEQUENCE_NOT_STARTED",
          "inference request for sequence %s to model '%s' must specify the START flag on the first"
                  .formatted(position.id(), version.model())
              + " request of the sequence; one without a request for %d s is forgotten"
                  .formatted(IDLE_MAX.toSeconds()));
    }
    found.usedNanos = nanos.getAsLong();
    return found;
  }

  /** Runs a request when those before it have ended, well or not. */
  <T> CompletableFuture<T> inTurn(Sequence sequence, Supplier<CompletableFuture<T>> request) {
    CompletableFuture<T> answer;
    synchronized (this) {
      sequence.running++;
      answer = sequence.last.handle((ignored, failure) -> sequence).thenCompose(s -> request.get());
      sequence.last = answer;
    }
    return answer.whenComplete((ignored, failure) -> {
      synchronized (this) {
        sequence.running--;
        sequence.usedNanos = nanos.getAsLong();
      }
    });
  }

  /**
   * Keeps what the next request is to see.
   *
   * @throws ResourceExhausted {@code SEQUENCE_STATE_TOO_LARGE}
   */
  synchronized void remember(Sequence sequence, Map<String, Tensor> state) {
    long size = state.values().stream().mapToLong(tensor -> tensor.contents().remaining()).sum();
    if (size > STATE_BYTES_MAX) {
      throw new ResourceExhausted(
          "SEQUENCE_STATE_TOO_LARGE",
          "the state of sequence %s has %d bytes; at most %d are kept"
              .formatted(sequence.key.id(), size, STATE_BYTES_MAX),
          RETRY);
    }
    if (open.get(sequence.key) == sequence) {
      bytes += size - sequence.stateBytes;
    }
    sequence.stateBytes = size;
    sequence.state = Map.copyOf(state);
  }

  /** Forgets the sequence, unless another has begun under its id. */
  synchronized void end(Sequence sequence) {
    if (open.get(sequence.key) == sequence) {
      forget(sequence);
    }
  }

  synchronized int openCount() {
    return open.size();
  }

  private void forget(@Nullable Sequence sequence) {
    if (sequence != null) {
      open.remove(sequence.key);
      bytes -= sequence.stateBytes;
    }
  }

  private void forgetIdle() {
    long now = nanos.getAsLong();
    while (!open.isEmpty()) {
      Sequence oldest = open.firstEntry().getValue();
      if (oldest.running > 0 || now - oldest.usedNanos <= TimeUnit.NANOSECONDS.convert(IDLE_MAX)) {
        return;
      }
      forget(oldest);
    }
  }
}
