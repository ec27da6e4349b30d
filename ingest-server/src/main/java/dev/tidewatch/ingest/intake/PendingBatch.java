package dev.tidewatch.ingest.intake;

import io.opentelemetry.api.trace.SpanContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch on its way to disk. Its check is owned by the lane that commits it. */
public final class PendingBatch {
  private CheckedBatch checked;
  private final BatchDigest digest;
  private final @Nullable WriterTicket writer;
  private final @Nullable RequestTicket request;
  private final @Nullable List<Long> quarantineIds;
  private final SpanContext span;
  private final Answer answer;

  private PendingBatch(
      CheckedBatch checked,
      BatchDigest digest,
      @Nullable WriterTicket writer,
      @Nullable RequestTicket request,
      @Nullable List<Long> quarantineIds,
      SpanContext span,
      Answer answer) {
    this.checked = checked;
    this.digest = digest;
    this.writer = writer;
    this.request = request;
    this.quarantineIds = quarantineIds;
    this.span = span;
    this.answer = answer;
  }

  public static PendingBatch ofWriter(
      CheckedBatch checked,
      BatchDigest digest,
      WriterTicket writer,
      SpanContext span,
      Answer answer) {
    return new PendingBatch(checked, digest, writer, null, null, span, answer);
  }

  /**
   * @param request null: a repeat is judged like new readings
   */
  public static PendingBatch ofRequest(
      CheckedBatch checked,
      BatchDigest digest,
      @Nullable RequestTicket request,
      SpanContext span,
      Answer answer) {
    return new PendingBatch(checked, digest, null, request, null, span, answer);
  }

  /**
   * Readings that are sent again from quarantine; those that are not rejected leave it in the same
   * commit.
   *
   * @param quarantineIds of each reading, in the order of indexes
   */
  public static PendingBatch ofReplay(
      CheckedBatch checked,
      BatchDigest digest,
      List<Long> quarantineIds,
      SpanContext span,
      Answer answer) {
    return new PendingBatch(checked, digest, null, null, List.copyOf(quarantineIds), span, answer);
  }

  public CheckedBatch checked() {
    return checked;
  }

  public BatchDigest digest() {
    return digest;
  }

  public @Nullable WriterTicket writer() {
    return writer;
  }

  public @Nullable RequestTicket request() {
    return request;
  }

  /** Where each reading came from; null: it was sent. */
  public @Nullable List<Long> quarantineIds() {
    return quarantineIds;
  }

  public SpanContext span() {
    return span;
  }

  public long sequence() {
    return checked.batch().sequence();
  }

  /** Told when the batch is durable, or known not to be (or nothing can be known). */
  public Answer answer() {
    return answer;
  }

  void recheck(BatchCheck check) {
    checked = check.check(checked.batch());
  }

  /** Makes every reading of the batch a reject. */
  void refuse(String message) {
    var rejects = new ArrayList<Reject>(checked.rejects());
    for (CheckedColumn column : checked.columns()) {
      for (int row = 0; row < column.size(); row++) {
        if (column.isGood(row)) {
          rejects.add(new Reject(column.firstIndex() + row, RejectReason.BATCH_REFUSED, message));
        }
      }
    }
    rejects.sort((a, b) -> Integer.compare(a.index(), b.index()));
    checked = new CheckedBatch(checked.batch(), List.of(), rejects, checked.catalogueRevision());
  }
}
