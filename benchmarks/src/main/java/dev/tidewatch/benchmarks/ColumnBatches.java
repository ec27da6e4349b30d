package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;

/** Columnar batches for a {@link BatchStream}: as many readings of each of a few series. */
final class ColumnBatches {
  private final long seed;
  private final int firstSeries;
  private final int readingsOfEach;
  private final long firstMicros;
  private final String[] names;

  ColumnBatches(long seed, int firstSeries, int seriesCount, int readingsOfEach, long firstMicros) {
    this.seed = seed;
    this.firstSeries = firstSeries;
    this.readingsOfEach = readingsOfEach;
    this.firstMicros = firstMicros;
    this.names = new String[seriesCount];
    for (int i = 0; i < seriesCount; i++) {
      names[i] = ColumnarLoad.seriesName(firstSeries + i);
    }
  }

  /** In order: batch {@code sequence}, from 1, continues where the one before it ends. */
  ReadingsBatch.Builder batch(long sequence) {
    var batch = ReadingsBatch.newBuilder();
    long first = firstMicros + (sequence - 1) * readingsOfEach * GeneratedReadings.SECOND_MICROS;
    for (int s = 0; s < names.length; s++) {
      var column = SeriesReadings.newBuilder().setSeries(names[s]);
      for (int i = 0; i < readingsOfEach; i++) {
        long micros = first + i * GeneratedReadings.SECOND_MICROS;
        column.addTimesMicros(micros);
        column.addValues(GeneratedReadings.value(seed, firstSeries + s, micros));
      }
      batch.addColumns(column);
    }
    return batch;
  }
}
