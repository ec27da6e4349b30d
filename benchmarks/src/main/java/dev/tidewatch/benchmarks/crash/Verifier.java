package dev.tidewatch.benchmarks.crash;

import com.google.protobuf.Timestamp;
import dev.tidewatch.benchmarks.crash.AcknowledgedFile.Mark;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.GetWriterRequest;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.ingest.v1.Writer;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Compares what the server holds with what was sent, all by the public API. Every sender has ended
 * in good order, so what was sent is what was acknowledged.
 */
final class Verifier {
  private static final long HOUR_MICROS = 3_600_000_000L;

  private final Channel channel;
  private final List<Script> scripts;
  private final Map<Integer, Mark> acknowledged;
  private final Verdict verdict = new Verdict();

  /**
   * @param scripts by number of writer
   * @param acknowledged what each client has on its disk, by number of writer
   */
  Verifier(Channel channel, List<Script> scripts, Map<Integer, Mark> acknowledged) {
    this.channel = channel;
    this.scripts = scripts;
    this.acknowledged = acknowledged;
  }

  /** The newest position of the feed. */
  static long head(Channel channel) {
    return FeedServiceGrpc.newBlockingStub(channel)
        .getFeedStatus(GetFeedStatusRequest.getDefaultInstance())
        .getHead()
        .getPosition();
  }

  /**
   * @param live what was read of the feed while the campaign went on
   */
  Verdict verify(FeedReader live) {
    Tally table = table();
    var replay = new FeedReader(new Tally(scripts));
    long head = head(channel);
    replay.read(channel, () -> head);
    for (Script script : scripts) {
      var expected = Expected.of(script, mark(script).batches());
      compareTable(script, expected, table);
      FeedFaults replayed = compareFeed("feed", script, expected, replay.tally());
      verdict.missingInFeed += replayed.missing;
      verdict.doubledInFeed += replayed.doubled;
      FeedFaults followed = compareFeed("feed as followed live", script, expected, live.tally());
      verdict.missingInLiveFeed += followed.missing;
      verdict.doubledInLiveFeed += followed.doubled;
      compareTotals(script, expected);
    }
    verdict.phantoms +=
        Math.max(table.strangers(), Math.max(replay.tally().strangers(), live.tally().strangers()));
    verdict.feedGaps = Math.max(replay.gaps(), live.gaps());
    compareAggregates();
    return verdict;
  }

  private Mark mark(Script script) {
    return acknowledged.getOrDefault(script.writer(), Mark.NONE);
  }

  private Tally table() {
    var tally = new Tally(scripts);
    long listed =
        SeriesServiceGrpc.newBlockingStub(channel)
            .listSeries(ListSeriesRequest.newBuilder().setPageSize(1_000).build())
            .getSeriesCount();
    if (listed != (long) scripts.size() * Script.SERIES) {
      verdict.phantoms++;
      verdict.fault("%d series, but %d were sent", listed, scripts.size() * Script.SERIES);
    }
    Iterator<QueryReadingsResponse> answers =
        QueryServiceGrpc.newBlockingStub(channel)
            .queryReadings(
                QueryReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.getDefaultInstance())
                    .build());
    while (answers.hasNext()) {
      for (SeriesReadings column : answers.next().getColumnsList()) {
        for (int i = 0; i < column.getTimesMicrosCount(); i++) {
          tally.see(column.getSeries(), column.getTimesMicros(i), column.getValues(i), true);
        }
      }
    }
    return tally;
  }

  private void compareTable(Script script, Expected expected, Tally table) {
    int writer = script.writer();
    int end = Math.max(expected.keysEnd(), table.keysEnd(writer));
    for (int key = 0; key < end; key++) {
      int seen = table.seen(writer, key);
      if (!expected.isSent(key)) {
        if (seen > 0) {
          verdict.phantoms++;
          verdict.fault("table: %s was never sent", name(script, key));
        }
      } else if (seen == 0) {
        verdict.lostInTable++;
        verdict.fault("table: %s is lost", name(script, key));
      } else {
        if (seen > 1) {
          verdict.doubledInTable += seen - 1;
          verdict.fault("table: %s is there %d times", name(script, key), seen);
        }
        if (table.last(writer, key) != expected.value(key)) {
          verdict.wrongInTable++;
          verdict.fault(
              "table: %s is %s, sent was %s",
              name(script, key), table.last(writer, key), expected.value(key));
        }
      }
    }
  }

  private static final class FeedFaults {
    private long missing;
    private long doubled;
  }

  private FeedFaults compareFeed(String where, Script script, Expected expected, Tally feed) {
    var faults = new FeedFaults();
    int writer = script.writer();
    int end = Math.max(expected.keysEnd(), feed.keysEnd(writer));
    for (int key = 0; key < end; key++) {
      int seen = feed.seen(writer, key);
      if (!expected.isSent(key)) {
        if (seen > 0) {
          verdict.phantoms++;
          verdict.fault("%s: %s was never sent", where, name(script, key));
        }
      } else if (seen == 0) {
        faults.missing++;
        verdict.fault("%s: %s is missing", where, name(script, key));
      } else {
        if (seen > 1) {
          faults.doubled += seen - 1;
          verdict.fault("%s: %s is new %d times", where, name(script, key), seen);
        }
        if (feed.last(writer, key) != expected.value(key)) {
          faults.missing++;
          verdict.fault(
              "%s: %s is %s, sent was %s",
              where, name(script, key), feed.last(writer, key), expected.value(key));
        }
      }
    }
    return faults;
  }

  private void compareTotals(Script script, Expected expected) {
    Mark mark = mark(script);
    long accepted = mark.accepted();
    if (script.form().isStream()) {
      Writer writer =
          IngestServiceGrpc.newBlockingStub(channel)
              .getWriter(GetWriterRequest.newBuilder().setWriterId(script.writerId()).build())
              .getWriter();
      ReadingCounts counts = writer.getCounts();
      accepted = counts.getAccepted();
      if (counts.getUnchanged() != expected.unchanged()
          || counts.getReplaced() != expected.replaced()
          || counts.getDropped() != 0
          || counts.getRejected() != 0) {
        verdict.wrongWriters++;
        verdict.fault(
            "%s: unchanged and replaced should be %d and %d, but the server counted: %s",
            script.writerId(), expected.unchanged(), expected.replaced(), counts);
      }
      if (script.form() == Form.ROWS && writer.getLastSequence() != mark.batches()) {
        verdict.wrongWriters++;
        verdict.fault(
            "%s: at sequence %d, but %d batches were acknowledged",
            script.writerId(), writer.getLastSequence(), mark.batches());
      }
    }
    long excess = accepted - expected.fresh();
    if (excess != 0) {
      verdict.fault(
          "%s: %d readings counted as accepted, %d were sent",
          script.writerId(), accepted, expected.fresh());
      verdict.doubledInTotals += Math.max(0, excess);
      verdict.lostInTotals += Math.max(0, -excess);
    }
  }

  private void compareAggregates() {
    long[] counted = new long[scripts.size()];
    try {
      Iterator<AggregateReadingsResponse> answers =
          QueryServiceGrpc.newBlockingStub(channel).aggregateReadings(countPerHour());
      while (answers.hasNext()) {
        for (SeriesBuckets buckets : answers.next().getSeriesList()) {
          int writer = Script.writerOf(buckets.getSeries());
          if (writer >= 0 && writer < counted.length) {
            counted[writer] += sum(buckets);
          }
        }
      }
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        return;
      }
      throw e;
    }
    long doubled = 0;
    for (Script script : scripts) {
      long sent = script.keys(mark(script).batches());
      long count = counted[script.writer()];
      if (count > sent) {
        doubled += count - sent;
        verdict.fault(
            "counted per hour: %d readings of %s, %d were sent", count, script.writerId(), sent);
      }
    }
    verdict.doubledInRollups = Math.max(verdict.doubledInRollups, doubled);
  }

  /** Counts of whole hours over all that was sent, so that rollups can answer. */
  private AggregateReadingsRequest countPerHour() {
    long begin = Long.MAX_VALUE;
    long end = 0;
    for (Script script : scripts) {
      begin = Math.min(begin, script.timeMicrosOf(0));
      end = Math.max(end, script.timeMicrosOf(script.keysEnd(mark(script).batches())));
    }
    return AggregateReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.getDefaultInstance())
        .setRange(
            TimeRange.newBuilder()
                .setStartTime(hour(begin / HOUR_MICROS))
                .setEndTime(hour(end / HOUR_MICROS + 1)))
        .setBucket(com.google.protobuf.Duration.newBuilder().setSeconds(3_600))
        .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
        .build();
  }

  private static Timestamp hour(long hours) {
    return Timestamp.newBuilder().setSeconds(hours * 3_600).build();
  }

  private static long sum(SeriesBuckets buckets) {
    long sum = 0;
    for (double count : buckets.getColumns(0).getValuesList()) {
      sum += (long) count;
    }
    return sum;
  }

  private static String name(Script script, long key) {
    return "%s at %d (key %d)".formatted(script.seriesOf(key), script.timeMicrosOf(key), key);
  }
}
