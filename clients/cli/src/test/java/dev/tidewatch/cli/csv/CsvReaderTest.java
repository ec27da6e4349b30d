package dev.tidewatch.cli.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsvReaderTest {
  private static CsvReader of(String text) {
    return new CsvReader(new ByteArrayInputStream(text.getBytes(UTF_8)), ',');
  }

  private static List<List<String>> all(CsvReader reader) throws IOException {
    List<List<String>> records = new ArrayList<>();
    while (reader.next()) {
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < reader.fieldCount(); i++) {
        fields.add(reader.field(i));
      }
      records.add(fields);
    }
    return records;
  }

  @Test
  void readsWhatRfc4180Allows() throws IOException {
    assertThat(all(of("a,b\r\n\"x,1\",\"say \"\"hi\"\"\"\n\n\"two\nlines\",\nlast,ü€😀")))
        .containsExactly(
            List.of("a", "b"),
            List.of("x,1", "say \"hi\""),
            List.of("two\nlines", ""),
            List.of("last", "ü€😀"));
  }

  @Test
  void knowsTheLineOfEachRecord() throws IOException {
    var reader = of("a\n\n\"b\nc\"\nd\n");
    List<Long> lines = new ArrayList<>();
    while (reader.next()) {
      lines.add(reader.line());
    }
    assertThat(lines).containsExactly(1L, 3L, 5L);
  }

  @Test
  void passesOverAByteOrderMark() throws IOException {
    assertThat(all(of("\ufefftime,value\n"))).containsExactly(List.of("time", "value"));
  }

  @Test
  void saysWhereAQuoteIsNeverClosed() {
    assertThatThrownBy(() -> all(of("a\nb,\"c\nd\n"))).hasMessageContaining("line 2");
  }

  @Test
  void givesBackWhateverWasWrittenAndGoesOnFromAnyRecord() throws IOException {
    long given = Long.getLong("tidewatch.test.seed", -1);
    for (long seed = given >= 0 ? given : 0; seed < (given >= 0 ? given + 1 : 200); seed++) {
      var random = new SplittableRandom(seed);
      List<List<String>> records = new ArrayList<>();
      var text = new StringBuilder();
      for (int r = 0; r < 1 + random.nextInt(20); r++) {
        List<String> fields = new ArrayList<>();
        for (int f = 0; f < 2 + random.nextInt(3); f++) {
          fields.add(randomField(random));
        }
        records.add(fields);
        text.append(String.join(",", fields.stream().map(CsvReaderTest::quoted).toList()));
        text.append(random.nextBoolean() ? "\n" : "\r\n");
      }
      assertThat(all(of(text.toString()))).as("seed %d", seed).isEqualTo(records);

      var first = of(text.toString());
      int cut = random.nextInt(records.size());
      for (int i = 0; i <= cut; i++) {
        assertThat(first.next()).isTrue();
      }
      var second = of(text.toString());
      assertThat(second.skipTo(first.offset(), first.linesRead())).isTrue();
      assertThat(all(second))
          .as("seed %d after record %d", seed, cut)
          .isEqualTo(records.subList(cut + 1, records.size()));
      assertThat(of("short").skipTo(6, 0)).isFalse();
    }
  }

  private static String randomField(SplittableRandom random) {
    var field = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      field.append("ab,\"\n\r ü7".charAt(random.nextInt(9)));
    }
    return field.toString();
  }

  private static String quoted(String field) {
    return "\"" + field.replace("\"", "\"\"") + "\"";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {"time,value~,", "time;value;x~;", "'time\tvalue'~'\t'", "a|b|c~|", "alone~,"})
  void guessesTheDelimiter(String header, char expected, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("f.csv"), header + "\n1,2;3|4\n");
    assertThat(CsvReader.guessDelimiter(file)).isEqualTo(expected);
  }
}
