package dev.tidewatch.ingest.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.tidewatch.ingest.intake.ReadingBatch;
import dev.tidewatch.ingest.intake.SeriesColumn;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is decoded by hand is what the generated classes decode, to the digest. */
final class WireBatchTest {
  @Test
  void decodesWhatTheGeneratedClassesDecode() {
    long seed = Long.getLong("tidewatch.seed", 5L);
    System.out.println("WireBatchTest seed " + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      ReadingsBatch batch = batch(random);
      byte[] message = StreamReadingsRequest.newBuilder().setBatch(batch).build().toByteArray();
      WireBatch byHand = WireBatch.read(message);
      if (byHand == null) {
        throw new AssertionError("not decoded: " + batch);
      }
      ReadingBatch expected = BatchDecoder.decode(batch, true, 1_000_000);
      ReadingBatch decoded = BatchDecoder.decode(byHand, true, 1_000_000);
      assertThat(decoded.sequence()).isEqualTo(expected.sequence());
      assertThat(decoded.traceparent()).isEqualTo(expected.traceparent());
      assertThat(decoded.sourcePosition()).isEqualTo(expected.sourcePosition());
      assertThat(decoded.columns()).hasSameSizeAs(expected.columns());
      assertThat(decoded.digest()).isEqualTo(expected.digest());
      for (int i = 0; i < expected.columns().size(); i++) {
        assertSame(decoded.columns().get(i), expected.columns().get(i));
      }
    }
  }

  private static void assertSame(SeriesColumn decoded, SeriesColumn expected) {
    assertThat(decoded.series()).isEqualTo(expected.series());
    assertThat(decoded.size()).isEqualTo(expected.size());
    for (int row = 0; row < expected.size(); row++) {
      assertThat(decoded.timeMicros(row)).isEqualTo(expected.timeMicros(row));
      assertThat(Double.doubleToRawLongBits(decoded.value(row)))
          .isEqualTo(Double.doubleToRawLongBits(expected.value(row)));
      assertThat(decoded.quality(row)).isEqualTo(expected.quality(row));
    }
  }

  private static ReadingsBatch batch(SplittableRandom random) {
    var batch = ReadingsBatch.newBuilder().setSequence(random.nextLong(1, Long.MAX_VALUE));
    for (int i = random.nextInt(4); i > 0; i--) {
      var column = SeriesReadings.newBuilder().setSeries("a/" + random.nextInt(3));
      boolean flagged = random.nextBoolean();
      for (int row = random.nextInt(50); row > 0; row--) {
        column.addTimesMicros(random.nextLong()).addValues(value(random));
        if (flagged) {
          column.addQualities(random.nextInt());
        }
      }
      batch.addColumns(column);
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      batch.addRows(
          Reading.newBuilder()
              .setSeries("r/" + random.nextInt(2))
              .setTime(
                  Timestamp.newBuilder()
                      .setSeconds(random.nextLong(-5_000_000_000L, 9_000_000_000L))
                      .setNanos(random.nextInt(1_000_000) * 1_000))
              .setValue(value(random))
              .setQuality(random.nextBoolean() ? 0 : random.nextInt()));
    }
    if (random.nextBoolean()) {
      batch.setSourcePosition(ByteString.copyFromUtf8("line " + random.nextInt()));
    }
    if (random.nextBoolean()) {
      batch.setTraceparent("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01");
    }
    return batch.build();
  }

  private static double value(SplittableRandom random) {
    return random.nextInt(10) == 0 ? Double.NaN : random.nextDouble();
  }

  @Test
  void leavesTheUnusualToTheGeneratedClasses() {
    var open = StreamReadingsRequest.newBuilder().setOpen(OpenWriter.newBuilder().setWriterId("a"));
    assertThat(WireBatch.read(open.build().toByteArray())).isNull();
    assertThat(WireBatch.read(new byte[0])).isNull();
    assertUnusual(SeriesReadings.newBuilder().setSeries("a").addTimesMicros(1));
    assertUnusual(SeriesReadings.newBuilder().setSeries("ü").addTimesMicros(1).addValues(1));
    assertUnusual(
        SeriesReadings.newBuilder()
            .setSeries("a")
            .addTimesMicros(1)
            .addValues(1)
            .addQualities(1)
            .addQualities(2));
    assertUnusual(Reading.newBuilder().setSeries("a").setValue(1));
    assertUnusual(Reading.newBuilder().setSeries("a").setTime(Timestamp.getDefaultInstance()));
    assertUnusual(
        Reading.newBuilder()
            .setSeries("a")
            .setValue(1)
            .setTime(Timestamp.newBuilder().setNanos(1)));
  }

  private static void assertUnusual(SeriesReadings.Builder column) {
    assertThat(WireBatch.read(message(ReadingsBatch.newBuilder().addColumns(column)))).isNull();
  }

  private static void assertUnusual(Reading.Builder row) {
    assertThat(WireBatch.read(message(ReadingsBatch.newBuilder().addRows(row)))).isNull();
  }

  private static byte[] message(ReadingsBatch.Builder batch) {
    return StreamReadingsRequest.newBuilder().setBatch(batch).build().toByteArray();
  }

  @Test
  void damagedBytesNeverDecodeToSomethingElse() {
    long seed = Long.getLong("tidewatch.seed", 6L);
    System.out.println("WireBatchTest damage seed " + seed);
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 3_000; round++) {
      byte[] message =
          StreamReadingsRequest.newBuilder().setBatch(batch(random)).build().toByteArray();
      if (random.nextBoolean()) {
        message = Arrays.copyOf(message, random.nextInt(message.length + 1));
      }
      for (int i = random.nextInt(4); i > 0 && message.length > 0; i--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt();
      }
      WireBatch byHand = WireBatch.read(message);
      if (byHand != null) {
        assertSameAsGenerated(message, byHand);
      }
    }
  }

  private static void assertSameAsGenerated(byte[] message, WireBatch byHand) {
    ReadingsBatch generated;
    try {
      generated = StreamReadingsRequest.parseFrom(message).getBatch();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError("decoded by hand what is no message", e);
    }
    assertThat(byHand.sequence()).isEqualTo(generated.getSequence());
    if (generated.getSequence() >= 1
        && generated.getSourcePosition().size() <= 1_024
        && generated.getTraceparent().length() <= 64) {
      assertThat(BatchDecoder.decode(byHand, true, 1_000_000).digest())
          .isEqualTo(BatchDecoder.decode(generated, true, 1_000_000).digest());
    }
  }
}
