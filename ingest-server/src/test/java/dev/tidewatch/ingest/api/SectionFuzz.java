package dev.tidewatch.ingest.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.ingest.feed.EncodedSection;
import dev.tidewatch.ingest.feed.FeedBlock;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.SectionWriter;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;

/**
 * Fuzz target: a section of the feed, written by hand, and the block around it, must be what the
 * generated classes write and read. The bytes are a section themselves, whose readings are written
 * again.
 */
public final class SectionFuzz {
  private static final int ROWS_MAX = 1_000;

  private SectionFuzz() {}

  /** Called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) throws InvalidProtocolBufferException {
    ShardSection wanted;
    try {
      wanted = ShardSection.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    int shard = wanted.getShard() & 0xf;
    var expected = ShardSection.newBuilder().setShard(shard);
    var writer = new SectionWriter(shard);
    for (var change : wanted.getSeriesList()) {
      expected.addSeries(change);
      writer.series(change.toByteArray());
    }
    for (ReadingsChange change : wanted.getReadingsList()) {
      ReadingsChange storable = storable(change);
      expected.addReadings(storable);
      writer.readings(
          storable.getSeries(),
          (int) storable.getSeriesId(),
          storable.getKind().getNumber(),
          new ChangeRows(storable),
          storable.getTraceparent());
    }
    byte[] written = writer.toByteArray();
    require(ShardSection.parseFrom(written).equals(expected.build()), "the section");
    var block =
        new FeedBlock(
            new FeedPosition(1, 2), Instant.EPOCH, List.of(new EncodedSection(shard, written)));
    var read = SubscribeResponse.parseFrom(EncodedBlocks.encode(block)).getBlock();
    require(read.getSectionsList().equals(List.of(expected.build())), "the block");
    require(read.getFeedPosition().getPosition() == 2, "the position");
  }

  /** What a commit can hold of it. */
  private static ReadingsChange storable(ReadingsChange change) {
    int rows = Math.min(ROWS_MAX, Math.min(change.getTimesMicrosCount(), change.getValuesCount()));
    var storable =
        ReadingsChange.newBuilder()
            .setSeries(change.getSeries())
            .setSeriesId(1 + (change.getSeriesId() & 0x3fffffff))
            .setKind(
                change.getKind() == ReadingsChangeKind.READINGS_CHANGE_KIND_REPLACED
                    ? change.getKind()
                    : ReadingsChangeKind.READINGS_CHANGE_KIND_NEW)
            .setTraceparent(change.getTraceparent());
    boolean flagged = false;
    for (int row = 0; row < rows; row++) {
      storable.addTimesMicros(change.getTimesMicros(row)).addValues(change.getValues(row));
      int quality = row < change.getQualitiesCount() ? change.getQualities(row) & 0x7fff : 0;
      storable.addQualities(quality);
      flagged |= quality != 0;
    }
    return flagged ? storable.build() : storable.clearQualities().build();
  }

  private record ChangeRows(ReadingsChange change) implements SectionWriter.Rows {
    @Override
    public int size() {
      return change.getTimesMicrosCount();
    }

    @Override
    public void timesTo(byte[] to, int at) {
      ByteBuffer packed = packed(to, at);
      change.getTimesMicrosList().forEach(packed::putLong);
    }

    @Override
    public void valuesTo(byte[] to, int at) {
      ByteBuffer packed = packed(to, at);
      change.getValuesList().forEach(packed::putDouble);
    }

    private static ByteBuffer packed(byte[] to, int at) {
      return ByteBuffer.wrap(to, at, to.length - at).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean mayHaveQualities() {
      return change.getQualitiesCount() > 0;
    }

    @Override
    public short quality(int row) {
      return change.getQualitiesCount() == 0 ? 0 : (short) change.getQualities(row);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " is not what the generated classes write");
    }
  }
}
