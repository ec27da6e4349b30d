package dev.tidewatch.ingest.intake;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.PermissionDenied;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Takes batches in: judges them, and hands them to the committer. Thread-safe. */
public final class Intake {
  private final ReadingStore store;
  private final BatchCheck check;
  private final GroupCommitter committer;
  private final IntakeBudget budget;
  private final IntakeLimits limits;
  private final IntakeMeters meters;
  private final InstantSource clock;

  public Intake(
      ReadingStore store,
      BatchCheck check,
      GroupCommitter committer,
      IntakeBudget budget,
      IntakeLimits limits,
      IntakeMeters meters,
      InstantSource clock) {
    this.store = store;
    this.check = check;
    this.committer = committer;
    this.budget = budget;
    this.limits = limits;
    this.meters = meters;
    this.clock = clock;
  }

  public IntakeLimits limits() {
    return limits;
  }

  public IntakeBudget budget() {
    return budget;
  }

  /** Opens a writer and fences whoever had it open. */
  public OpenedWriter open(String writerId, String owner) {
    return store
        .openWriter(writerId, owner, clock.instant())
        .orElseThrow(() ->
            new PermissionDenied(
                "WRITER_FOREIGN",
                "open.writer_id: %s belongs to another API key; choose another id"
                    .formatted(writerId)));
  }

  /**
   * Takes the next batch of a writer; the answer tells when it is durable. Blocks only to look
   * series up.
   *
   * @param whenTold runs when the answer is told; it must not block
   */
  public Answer submit(WriterTicket writer, ReadingBatch batch, Runnable whenTold) {
    Span span =
        meters.batchSpan(
            batch.traceparent(), writer.writerId(), batch.sequence(), batch.readingCount());
    try {
      CheckedBatch checked = checked(batch, span);
      Answer answer = answer(batch, span, (_, _) -> whenTold.run());
      return submit(
          PendingBatch.ofWriter(checked, batch.digest(), writer, span.getSpanContext(), answer));
    } catch (RuntimeException e) {
      end(span, e);
      throw e;
    }
  }

  /**
   * Takes a unary request.
   *
   * @param request null: a repeat is judged like new readings
   */
  public CompletableFuture<CommittedBatch> submit(
      @Nullable RequestTicket request, ReadingBatch batch) {
    BatchDigest digest = batch.digest();
    if (request != null) {
      Optional<CommittedBatch> replayed =
          store
              .outcome(request.requestId(), request.owner())
              .map(stored -> stored.replayFor(request, digest));
      if (replayed.isPresent()) {
        return CompletableFuture.completedFuture(replayed.get());
      }
    }
    Span span = meters.batchSpan(batch.traceparent(), "", 0, batch.readingCount());
    try {
      CheckedBatch checked = checked(batch, span);
      var done = new CompletableFuture<CommittedBatch>();
      submit(
          PendingBatch.ofRequest(
              checked, digest, request, span.getSpanContext(), answer(batch, span, settle(done))));
      return done;
    } catch (RuntimeException e) {
      end(span, e);
      throw e;
    }
  }

  /**
   * Takes readings from quarantine again; those that are not rejected leave it in the commit that
   * stores them.
   *
   * @param quarantineIds of each reading, in the order of indexes
   */
  public CompletableFuture<CommittedBatch> replay(ReadingBatch batch, List<Long> quarantineIds) {
    Span span = meters.batchSpan(batch.traceparent(), "", 0, batch.readingCount());
    try {
      CheckedBatch checked = checked(batch, span);
      var done = new CompletableFuture<CommittedBatch>();
      submit(
          PendingBatch.ofReplay(
              checked,
              batch.digest(),
              quarantineIds,
              span.getSpanContext(),
              answer(batch, span, settle(done))));
      return done;
    } catch (RuntimeException e) {
      end(span, e);
      throw e;
    }
  }

  /**
   * What was answered for a batch that is committed already.
   *
   * @throws OutOfRange if that is no longer kept
   */
  public CommittedBatch replay(WriterTicket writer, long sequence, BatchDigest digest) {
    return store
        .outcome(writer.key(), sequence)
        .map(stored -> stored.replayFor(writer, sequence, digest))
        .orElseThrow(() ->
            new OutOfRange(
                "SEQUENCE_FORGOTTEN",
                "sequence %d of writer %s was committed, but its outcome is no longer kept; go on after opened.last_sequence"
                    .formatted(sequence, writer.writerId())));
  }

  private CheckedBatch checked(ReadingBatch batch, Span span) {
    CheckedBatch checked = check.check(traced(batch, span));
    if (GroupCommitter.blockBytes(checked) > limits.batchBlockBytesMax()) {
      throw new InvalidArgument(
          "BATCH_TOO_LARGE",
          "batch.columns",
          "so many short columns make more than %d bytes of feed; split the batch"
              .formatted(limits.batchBlockBytesMax()));
    }
    return checked;
  }

  /**
   * The batch with the context of its own span, so that whoever follows the feed continues from
   * here.
   */
  private static ReadingBatch traced(ReadingBatch batch, Span span) {
    if (batch.traceparent().isEmpty() && !span.getSpanContext().isValid()) {
      return batch;
    }
    return new ReadingBatch(
        batch.sequence(),
        batch.columns(),
        batch.sourcePosition(),
        TraceParents.of(span.getSpanContext()),
        batch.createUnknown());
  }

  @CanIgnoreReturnValue
  private Answer submit(PendingBatch pending) {
    budget.take(pending.checked().batch().readingCount());
    committer.submit(pending);
    return pending.answer();
  }

  /** One that gives back what the batch takes of the budget, and ends its span. */
  private Answer answer(
      ReadingBatch batch,
      Span span,
      BiConsumer<@Nullable CommittedBatch, @Nullable Throwable> whenTold) {
    int readings = batch.readingCount();
    return new Answer((committed, failure) -> {
      budget.release(readings);
      end(span, failure);
      whenTold.accept(committed, failure);
    });
  }

  private static BiConsumer<@Nullable CommittedBatch, @Nullable Throwable> settle(
      CompletableFuture<CommittedBatch> done) {
    return (committed, failure) -> {
      if (failure != null) {
        done.completeExceptionally(failure);
      } else if (committed != null) {
        done.complete(committed);
      }
    };
  }

  private static void end(Span span, @Nullable Throwable failure) {
    if (failure != null) {
      span.recordException(failure);
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  /** The name of a request, or null if the client gave none. */
  public static @Nullable RequestTicket ticket(String requestId, String owner) {
    if (requestId.isEmpty()) {
      return null;
    }
    try {
      return new RequestTicket(UUID.fromString(requestId), owner);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("request_id", "is not a UUID");
    }
  }
}
