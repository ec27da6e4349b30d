package dev.tidewatch.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Decoding by hand against the generated classes. */
final class ReadingsDecoderTest {
  private static final long SEED = 20260301;

  @Test
  void readsWhatTheGeneratedClassesWrite() throws IOException {
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 200; round++) {
      var message = QueryReadingsResponse.newBuilder().setResumeToken("t" + round);
      message.getFeedPositionBuilder().setEpoch(1 + round).setPosition(random.nextLong(1L << 40));
      int columns = random.nextInt(4);
      for (int c = 0; c < columns; c++) {
        var column = SeriesReadings.newBuilder().setSeries("hq/s" + c);
        boolean qualities = random.nextBoolean();
        int rows = random.nextInt(50);
        for (int i = 0; i < rows; i++) {
          column.addTimesMicros(random.nextLong());
          column.addValues(Double.longBitsToDouble(random.nextLong()));
          if (qualities) {
            column.addQualities(random.nextInt(4096));
          }
        }
        message.addColumns(column);
      }

      ReadingsPage page = ReadingsDecoder.page(message.build().toByteArray());

      assertThat(page.resumeToken()).isEqualTo(message.getResumeToken());
      assertThat(page.feedPosition().token()).isEqualTo(message.getFeedPosition());
      assertThat(page.columns()).as("seed %d, round %d", SEED, round).hasSize(columns);
      for (int c = 0; c < columns; c++) {
        SeriesReadings expected = message.getColumns(c);
        ReadingsPage.Column column = page.columns().get(c);
        assertThat(column.series()).isEqualTo(expected.getSeries());
        assertThat(column.size()).isEqualTo(expected.getTimesMicrosCount());
        for (int i = 0; i < column.size(); i++) {
          assertThat(column.timeMicros(i)).isEqualTo(expected.getTimesMicros(i));
          assertThat(Double.doubleToRawLongBits(column.value(i)))
              .isEqualTo(Double.doubleToRawLongBits(expected.getValues(i)));
          assertThat(column.quality(i))
              .isEqualTo(expected.getQualitiesCount() == 0 ? 0 : expected.getQualities(i));
        }
      }
    }
  }

  @Test
  void readsColumnsInPiecesAndStepsOverUnknownFields() throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream column = CodedOutputStream.newInstance(bytes);
    column.writeFixed64(SeriesReadings.TIMES_MICROS_FIELD_NUMBER, 7);
    column.writeString(SeriesReadings.SERIES_FIELD_NUMBER, "a");
    column.writeFixed64(SeriesReadings.TIMES_MICROS_FIELD_NUMBER, 9);
    column.writeTag(SeriesReadings.VALUES_FIELD_NUMBER, 2);
    column.writeUInt32NoTag(16);
    column.writeDoubleNoTag(1.5);
    column.writeDoubleNoTag(-2);
    column.writeUInt32(SeriesReadings.QUALITIES_FIELD_NUMBER, 1);
    column.writeUInt32(SeriesReadings.QUALITIES_FIELD_NUMBER, 300);
    column.writeString(99, "of a later version");
    column.flush();
    var message = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeUInt64(98, 5);
    out.writeByteArray(QueryReadingsResponse.COLUMNS_FIELD_NUMBER, bytes.toByteArray());
    out.flush();

    ReadingsPage.Column read = ReadingsDecoder.page(message.toByteArray()).columns().getFirst();

    assertThat(read.timesMicros()).containsExactly(7, 9);
    assertThat(read.values()).containsExactly(1.5, -2);
    assertThat(read.quality(1)).isEqualTo(300);
  }

  @Test
  void failsOnDamage() {
    byte[] whole =
        QueryReadingsResponse.newBuilder()
            .addColumns(
                SeriesReadings.newBuilder().setSeries("a").addTimesMicros(1).addValues(2).build())
            .build()
            .toByteArray();
    for (int length = 1; length < whole.length; length++) {
      var cut = new ByteArrayInputStream(whole, 0, length);
      assertThatThrownBy(() -> new ReadingsDecoder().parse(cut)).hasMessageContaining("INTERNAL");
    }
  }
}
