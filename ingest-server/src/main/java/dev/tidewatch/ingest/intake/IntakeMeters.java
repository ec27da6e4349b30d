package dev.tidewatch.ingest.intake;

import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Arrays;
import java.util.List;

/** Spans and metrics of the intake. Thread-safe. */
public final class IntakeMeters {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("tidewatch.outcome");
  private static final Attributes ACCEPTED = Attributes.of(OUTCOME, "accepted");
  private static final Attributes UNCHANGED = Attributes.of(OUTCOME, "unchanged");
  private static final Attributes REPLACED = Attributes.of(OUTCOME, "replaced");
  private static final Attributes DROPPED = Attributes.of(OUTCOME, "dropped");
  private static final Attributes REJECTED = Attributes.of(OUTCOME, "rejected");
  private static final Attributes[] LATE =
      Arrays.stream(Lateness.CLASSES)
          .map(name -> Attributes.of(AttributeKey.stringKey("tidewatch.late"), name))
          .toArray(Attributes[]::new);
  private static final int LINKS_MAX = 128;

  private final Tracer tracer;
  private final LongCounter readings;
  private final LongCounter batches;
  private final LongCounter late;
  private final DoubleHistogram commitSeconds;

  public IntakeMeters(Tracer tracer, Meter meter) {
    this.tracer = tracer;
    this.readings =
        meter
            .counterBuilder("tidewatch.ingest.readings")
            .setDescription("Readings taken in, by what became of them")
            .setUnit("{reading}")
            .build();
    this.batches =
        meter
            .counterBuilder("tidewatch.ingest.batches")
            .setDescription("Batches that went through a commit")
            .setUnit("{batch}")
            .build();
    this.late =
        meter
            .counterBuilder("tidewatch.ingest.readings.late")
            .setDescription(
                "Readings that came after a newer one of their series, by how much older they were at most")
            .setUnit("{reading}")
            .build();
    this.commitSeconds =
        meter
            .histogramBuilder("tidewatch.ingest.commit.duration")
            .setDescription("From the begin of a group's transaction until it is durable")
            .setUnit("s")
            .build();
  }

  /**
   * A span for one batch, child of what its traceparent names; a batch without one gets none, so
   * that senders of single readings do not pay for tracing they did not ask for.
   */
  public Span batchSpan(String traceparent, String writerId, long sequence, int readingCount) {
    if (traceparent.isEmpty()) {
      return Span.getInvalid();
    }
    SpanContext parent = TraceParents.parse(traceparent);
    if (!parent.isValid() || !parent.isSampled()) {
      return Span.wrap(parent);
    }
    return tracer
        .spanBuilder("ingest batch")
        .setParent(Context.root().with(Span.wrap(parent)))
        .setSpanKind(SpanKind.CONSUMER)
        .setAttribute("tidewatch.writer", writerId)
        .setAttribute("tidewatch.sequence", sequence)
        .setAttribute("tidewatch.readings", (long) readingCount)
        .startSpan();
  }

  Span groupSpan(List<PendingBatch> group) {
    // Of one batch, the commit is simply a child; of several, it belongs to none and links to all.
    SpanBuilder builder = tracer.spanBuilder("ingest commit");
    int links = 0;
    SpanContext only = SpanContext.getInvalid();
    for (PendingBatch batch : group) {
      if (batch.span().isSampled() && links < LINKS_MAX) {
        builder.addLink(batch.span());
        only = batch.span();
        links++;
      }
    }
    if (links == 0) {
      return Span.getInvalid();
    }
    builder.setParent(links == 1 ? Context.root().with(Span.wrap(only)) : Context.root());
    builder.setAttribute("tidewatch.batches", (long) group.size());
    return builder.startSpan();
  }

  void committed(List<PendingBatch> group, long nanos) {
    commitSeconds.record(nanos / 1e9);
    batches.add(group.size());
  }

  void stored(Counts counts) {
    add(counts.accepted(), ACCEPTED);
    add(counts.unchanged(), UNCHANGED);
    add(counts.replaced(), REPLACED);
    add(counts.dropped(), DROPPED);
    add(counts.rejected(), REJECTED);
  }

  /** To be called after the commit that stored them. */
  public void late(Lateness lateness) {
    for (int i = 0; i < LATE.length; i++) {
      if (lateness.count(i) > 0) {
        late.add(lateness.count(i), LATE[i]);
      }
    }
  }

  private void add(long count, Attributes outcome) {
    if (count > 0) {
      readings.add(count, outcome);
    }
  }
}
