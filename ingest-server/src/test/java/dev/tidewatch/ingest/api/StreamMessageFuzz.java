package dev.tidewatch.ingest.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.ingest.api.ExpectedVerdicts.Verdict;
import dev.tidewatch.ingest.intake.BatchCheck;
import dev.tidewatch.ingest.intake.CheckedBatch;
import dev.tidewatch.ingest.intake.CheckedColumn;
import dev.tidewatch.ingest.intake.ReadingBatch;
import dev.tidewatch.ingest.intake.Reject;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: the bytes of a message of StreamReadings, or of an IngestReadings request, from the
 * decoders (the one by hand held against the generated one) through the check of every reading.
 * Whatever the bytes are, they are refused with a documented reason that applies, or every reading
 * gets the verdict that the contract says.
 */
public final class StreamMessageFuzz {
  private static final Instant NOW = Instant.parse("2026-01-05T00:00:00Z");
  private static final Duration FUTURE_SKEW_MAX = Duration.ofMinutes(5);
  private static final Duration RETENTION = Duration.ofDays(180);
  private static final int READINGS_MAX = 1_000;

  private StreamMessageFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    stream(bytes, true, null);
    stream(bytes, false, RETENTION);
    unary(bytes);
  }

  private static void stream(byte[] bytes, boolean createUnknown, @Nullable Duration retention) {
    StreamReadingsRequest message = parse(bytes);
    StreamRequest request = Effort.bounded(bytes.length, () -> request(bytes));
    require((message == null) == (request == null), "one of the decoders refuses it");
    if (message == null || request == null || !message.hasBatch()) {
      require(request == null || request.usual() == null, "a batch that is none");
      return;
    }
    ReadingsBatch sent = message.getBatch();
    var faults = columnFaults(sent.getColumnsList(), sent.getRowsList());
    if (sent.getSequence() < 1
        || sent.getSourcePosition().size() > 1_024
        || sent.getTraceparent().length() > 64) {
      faults.add("FIELD_INVALID");
    }
    ReadingBatch batch;
    try {
      batch = Effort.bounded(bytes.length, () -> decode(request, createUnknown));
    } catch (InvalidArgument e) {
      require(faults.contains(e.reason()), "refused for " + e.reason() + ", not for " + faults);
      return;
    }
    require(faults.isEmpty(), "taken in spite of " + faults);
    require(batch.sequence() == sent.getSequence(), "sequence");
    require(batch.traceparent().equals(sent.getTraceparent()), "traceparent");
    require(
        java.util.Arrays.equals(
            batch.sourcePosition().bytes(), sent.getSourcePosition().toByteArray()),
        "source position");
    // A batch that is sent again may come encoded in another way, and must be known again.
    require(
        batch.digest().equals(BatchDecoder.decode(sent, createUnknown, READINGS_MAX).digest()),
        "the digest differs between the decoders");
    check(bytes.length, batch, retention, sent.getColumnsList(), sent.getRowsList());
  }

  private static @Nullable StreamReadingsRequest parse(byte[] bytes) {
    try {
      return StreamReadingsRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static @Nullable StreamRequest request(byte[] bytes) {
    try {
      return StreamRequest.parse(bytes);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static ReadingBatch decode(StreamRequest request, boolean createUnknown) {
    WireBatch usual = request.usual();
    return usual == null
        ? BatchDecoder.decode(request.generated().getBatch(), createUnknown, READINGS_MAX)
        : BatchDecoder.decode(usual, createUnknown, READINGS_MAX);
  }

  private static void unary(byte[] bytes) {
    IngestReadingsRequest sent;
    try {
      sent = IngestReadingsRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    var faults = columnFaults(sent.getColumnsList(), sent.getRowsList());
    if (sent.getColumnsCount() + sent.getRowsCount() == 0) {
      faults.add("FIELD_INVALID");
    }
    ReadingBatch batch;
    try {
      batch = Effort.bounded(bytes.length, () -> BatchDecoder.decode(sent, "", true, READINGS_MAX));
    } catch (InvalidArgument e) {
      require(faults.contains(e.reason()), "refused for " + e.reason() + ", not for " + faults);
      return;
    }
    require(faults.isEmpty(), "taken in spite of " + faults);
    check(bytes.length, batch, RETENTION, sent.getColumnsList(), sent.getRowsList());
  }

  /** Reasons for which the batch as a whole may be refused. */
  private static Set<String> columnFaults(List<SeriesReadings> columns, List<Reading> rows) {
    var faults = new HashSet<String>();
    long count = rows.size();
    for (SeriesReadings column : columns) {
      int size = column.getTimesMicrosCount();
      count += size;
      if (column.getValuesCount() != size
          || (column.getQualitiesCount() != 0 && column.getQualitiesCount() != size)) {
        faults.add("BATCH_UNDECODABLE");
      }
    }
    if (count > READINGS_MAX) {
      faults.add("BATCH_TOO_LARGE");
    }
    return faults;
  }

  private static void check(
      int inputBytes,
      ReadingBatch batch,
      @Nullable Duration retention,
      List<SeriesReadings> columns,
      List<Reading> rows) {
    var clock = InstantSource.fixed(NOW);
    var check =
        new BatchCheck(
            new SmallCatalogue(clock).catalog(),
            clock,
            FUTURE_SKEW_MAX,
            Optional.ofNullable(retention));
    CheckedBatch checked = Effort.bounded(inputBytes, () -> check.check(batch));
    List<Verdict> expected =
        new ExpectedVerdicts(NOW, FUTURE_SKEW_MAX, retention, batch.createUnknown(), columns, rows)
            .verdicts();
    compare(checked, expected);
  }

  private static void compare(CheckedBatch checked, List<Verdict> expected) {
    var seen = new ArrayList<@Nullable Object>();
    expected.forEach(_ -> seen.add(null));
    int last = -1;
    for (Reject reject : checked.rejects()) {
      Verdict verdict = expected.get(reject.index());
      require(reject.index() > last, "rejects are out of order");
      require(
          verdict.reasons().contains(reject.reason()),
          "reading " + reject.index() + " rejected for " + reject.reason() + ", not " + verdict);
      require(!reject.message().isEmpty(), "no message");
      last = reject.index();
      seen.set(reject.index(), reject);
    }
    for (CheckedColumn column : checked.columns()) {
      long previous = Long.MIN_VALUE;
      boolean rising = true;
      int good = 0;
      for (int row = 0; row < column.size(); row++) {
        if (!column.isGood(row)) {
          continue;
        }
        int index = column.firstIndex() + row;
        Verdict verdict = expected.get(index);
        require(verdict.reasons().isEmpty(), "reading " + index + " stored in spite of " + verdict);
        require(
            column.entry().name().equals(verdict.series())
                && column.timeMicros(row) == verdict.micros()
                && Double.doubleToRawLongBits(column.value(row))
                    == Double.doubleToRawLongBits(verdict.value())
                && column.quality(row) == verdict.quality(),
            "reading " + index + " is not as it was sent: " + verdict);
        require(seen.set(index, column) == null, "reading " + index + " twice");
        rising &= column.timeMicros(row) > previous;
        previous = column.timeMicros(row);
        good++;
      }
      require(column.goodRows() == good, "count of good rows");
      require(column.inOrder() == rising, "order");
    }
    require(!seen.contains(null), "a reading got no verdict");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
