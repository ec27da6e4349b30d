package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.query.AggregateQuery;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketColumn;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.proto.type.v1.Fill;
import dev.tidewatch.serverkit.grpc.PacedStream;
import dev.tidewatch.timeseries.BucketStatistics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns buckets into numbers, fills the empty ones as asked, and packs them into messages of a
 * handy size. A bucket is filled from the nearest ones that have readings. Used by one thread.
 */
final class BucketPages implements AggregateQuery.Sink {
  private static final int MESSAGE_VALUES = 32_768;

  private final PacedStream<AggregateReadingsResponse> stream;
  private final FeedToken position;
  private final Fill fill;
  private final List<Column> columns = new ArrayList<>();
  private AggregateReadingsResponse.Builder message = AggregateReadingsResponse.newBuilder();
  private int values;
  private boolean sentAny;

  private SeriesBuckets.@Nullable Builder open;
  private List<BucketColumn.Builder> openColumns = List.of();

  // Of the current series: the newest bucket with readings, and the empty ones since.
  private double @Nullable [] known;
  private long knownStart;
  private final LongList gap = new LongList();

  private record Column(BucketFunction function, double percentile) {}

  BucketPages(
      PacedStream<AggregateReadingsResponse> stream,
      FeedToken position,
      AggregateReadingsRequest request) {
    this.stream = stream;
    this.position = position;
    this.fill = request.getFill();
    for (BucketFunction function : request.getFunctionsList()) {
      if (function == BucketFunction.BUCKET_FUNCTION_PERCENTILE) {
        request.getPercentilesList().forEach(each -> columns.add(new Column(function, each)));
      } else {
        columns.add(new Column(function, 0));
      }
    }
  }

  @Override
  public void accept(String series, dev.tidewatch.ingest.query.BucketColumn buckets)
      throws InterruptedException {
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      long start = buckets.startMicros(bucket);
      BucketStatistics statistics = buckets.statistics(bucket);
      if (statistics != null) {
        double[] row = row(buckets, bucket, statistics);
        closeGap(series, row, start);
        put(series, start, row);
        known = row;
        knownStart = start;
        continue;
      }
      switch (fill) {
        case FILL_LINEAR -> gap.add(start);
        case FILL_PREVIOUS -> put(series, start, known == null ? missing() : filled(known.clone()));
        case FILL_NONE -> put(series, start, missing());
        case FILL_UNSPECIFIED, UNRECOGNIZED -> {
          // Left out.
        }
      }
    }
  }

  @Override
  public void end(String series) throws InterruptedException {
    closeGap(series, null, 0);
    known = null;
    endSeries();
  }

  private double[] row(
      dev.tidewatch.ingest.query.BucketColumn buckets, int bucket, BucketStatistics statistics) {
    double[] row = new double[columns.size()];
    for (int i = 0; i < row.length; i++) {
      Column column = columns.get(i);
      row[i] =
          switch (column.function) {
            case BUCKET_FUNCTION_MEAN -> statistics.mean();
            case BUCKET_FUNCTION_MIN -> statistics.min();
            case BUCKET_FUNCTION_MAX -> statistics.max();
            case BUCKET_FUNCTION_FIRST -> statistics.first();
            case BUCKET_FUNCTION_LAST -> statistics.last();
            case BUCKET_FUNCTION_COUNT -> statistics.count();
            case BUCKET_FUNCTION_SUM -> statistics.sum();
            case BUCKET_FUNCTION_STDDEV -> statistics.standardDeviation();
            case BUCKET_FUNCTION_PERCENTILE -> buckets.quantile(bucket, column.percentile / 100);
            case BUCKET_FUNCTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException(column.function.name());
          };
    }
    return row;
  }

  private void closeGap(String series, double @Nullable [] next, long nextStart)
      throws InterruptedException {
    double[] before = known;
    for (int i = 0; i < gap.size(); i++) {
      long start = gap.get(i);
      if (before == null || next == null) {
        put(series, start, missing());
        continue;
      }
      double share = (double) (start - knownStart) / (nextStart - knownStart);
      double[] row = new double[columns.size()];
      for (int c = 0; c < row.length; c++) {
        row[c] = before[c] * (1 - share) + next[c] * share;
      }
      put(series, start, filled(row));
    }
    gap.clear();
  }

  private double[] missing() {
    double[] row = new double[columns.size()];
    java.util.Arrays.fill(row, Double.NaN);
    return filled(row);
  }

  /** Counts are never filled. */
  private double[] filled(double[] row) {
    for (int i = 0; i < row.length; i++) {
      if (columns.get(i).function == BucketFunction.BUCKET_FUNCTION_COUNT) {
        row[i] = 0;
      }
    }
    return row;
  }

  private void put(String series, long start, double[] row) throws InterruptedException {
    SeriesBuckets.Builder buckets = open;
    if (buckets == null) {
      buckets = SeriesBuckets.newBuilder().setSeries(series);
      open = buckets;
      openColumns = new ArrayList<>();
      for (Column column : columns) {
        openColumns.add(
            BucketColumn.newBuilder()
                .setFunction(column.function)
                .setPercentile(column.percentile));
      }
    }
    buckets.addStartMicros(start);
    for (int i = 0; i < row.length; i++) {
      openColumns.get(i).addValues(row[i]);
    }
    values += 1 + row.length;
    if (values >= MESSAGE_VALUES) {
      endSeries();
      flush();
    }
  }

  private void endSeries() {
    if (open != null) {
      openColumns.forEach(open::addColumns);
      message.addSeries(open);
      open = null;
    }
  }

  /** Sends what is left; at least one message comes. */
  void end() throws InterruptedException {
    if (message.getSeriesCount() > 0 || !sentAny) {
      flush();
    }
  }

  private void flush() throws InterruptedException {
    if (!stream.send(message.setFeedPosition(position).build())) {
      throw new InterruptedException("the call has ended");
    }
    sentAny = true;
    message = AggregateReadingsResponse.newBuilder();
    values = 0;
  }

  /** Starts of empty buckets; at most as many as a query has. */
  private static final class LongList {
    private long[] values = new long[16];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = java.util.Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    long get(int at) {
      return values[at];
    }

    int size() {
      return size;
    }

    void clear() {
      size = 0;
    }
  }
}
