package dev.tidewatch.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes written by hand are those that the generated classes write and read. */
final class SectionWriterTest {
  @Test
  void writesWhatTheContractSays() throws InvalidProtocolBufferException {
    long seed = Long.getLong("tidewatch.seed", 11L);
    System.out.println("SectionWriterTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 100; round++) {
      int shard = random.nextInt(16);
      var expected = ShardSection.newBuilder().setShard(shard);
      var writer = new SectionWriter(shard);
      int entries = random.nextInt(5);
      for (int i = 0; i < entries; i++) {
        expected.addReadings(entry(writer, random));
      }
      assertThat(ShardSection.parseFrom(writer.toByteArray())).isEqualTo(expected.build());
      assertThat(writer.toByteArray()).isEqualTo(expected.build().toByteArray());
    }
  }

  private static ReadingsChange entry(SectionWriter writer, SplittableRandom random) {
    int rows = 1 + random.nextInt(300);
    long[] times = random.longs(rows).toArray();
    double[] values = random.doubles(rows).toArray();
    short[] qualities = new short[rows];
    boolean flagged = random.nextBoolean();
    for (int i = 0; i < rows && flagged; i++) {
      qualities[i] = (short) random.nextInt(4096);
    }
    flagged = false;
    for (short quality : qualities) {
      flagged |= quality != 0;
    }
    String series = "s/" + random.nextInt(1_000_000);
    int id = 1 + random.nextInt(Integer.MAX_VALUE - 1);
    int kind = 1 + random.nextInt(2);
    String trace =
        random.nextBoolean() ? "" : "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";
    writer.readings(series, id, kind, new ArrayRows(times, values, qualities), trace);
    var expected =
        ReadingsChange.newBuilder()
            .setSeries(series)
            .setSeriesId(id)
            .setKind(ReadingsChangeKind.forNumber(kind))
            .setTraceparent(trace);
    for (int i = 0; i < rows; i++) {
      expected.addTimesMicros(times[i]).addValues(values[i]);
      if (flagged) {
        expected.addQualities(qualities[i]);
      }
    }
    return expected.build();
  }

  @Test
  void embedsChangesOfTheCatalogue() throws InvalidProtocolBufferException {
    var change = SeriesChange.newBuilder().setSeries(Series.newBuilder().setName("a")).build();
    var writer = new SectionWriter(3);
    writer.series(change.toByteArray());
    assertThat(ShardSection.parseFrom(writer.toByteArray()).getSeriesList())
        .containsExactly(change);
  }

  private static final class ArrayRows implements SectionWriter.Rows {
    private final long[] times;
    private final double[] values;
    private final short[] qualities;

    ArrayRows(long[] times, double[] values, short[] qualities) {
      this.times = times;
      this.values = values;
      this.qualities = qualities;
    }

    @Override
    public int size() {
      return times.length;
    }

    @Override
    public void timesTo(byte[] to, int at) {
      ByteBuffer.wrap(to)
          .slice(at, 8 * times.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asLongBuffer()
          .put(times);
    }

    @Override
    public void valuesTo(byte[] to, int at) {
      ByteBuffer.wrap(to)
          .slice(at, 8 * times.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asDoubleBuffer()
          .put(values);
    }

    @Override
    public boolean mayHaveQualities() {
      return true;
    }

    @Override
    public short quality(int row) {
      return qualities[row];
    }
  }
}
