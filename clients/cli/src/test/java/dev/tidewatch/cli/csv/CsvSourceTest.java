package dev.tidewatch.cli.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.cli.csv.CsvSource.Place;
import dev.tidewatch.cli.time.Moments;
import dev.tidewatch.cli.time.TimeFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CsvSourceTest {
  private static final CsvMapping GUESSED = mapping(null, List.of(), null, null);

  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  private Path folder;

  private static final class Taken implements CsvSource.Sink {
    final List<String> readings = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    final List<Place> places = new ArrayList<>();

    @Override
    public void reading(String series, long timeMicros, double value) {
      readings.add(series + " " + Moments.ofMicros(timeMicros) + " " + value);
    }

    @Override
    public void rowDone(Place place) {
      places.add(place);
    }

    @Override
    public void bad(long line, String problem) {
      problems.add(line + ": " + problem);
    }
  }

  private static CsvMapping mapping(
      @Nullable String time,
      List<String> values,
      @Nullable String series,
      @Nullable String template) {
    return new CsvMapping(
        time, values, series, template, "", TimeFormat.AUTO, ZoneId.of("UTC"), false);
  }

  private Path file(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    if (!name.endsWith(".gz")) {
      return Files.writeString(path, text);
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return path;
  }

  private static Taken read(Path path, CsvMapping mapping) throws IOException {
    var taken = new Taken();
    try (var source = CsvSource.open(path, (char) 0, mapping)) {
      boolean more = true;
      while (more) {
        more = source.readRow(taken);
      }
    }
    return taken;
  }

  @Test
  void oneValueColumnIsNamedAfterFolderAndFile() throws IOException {
    Path path = file("real Tweets/volume (1).csv", "timestamp,value\n2024-01-01 00:00:00,3.5\n");
    assertThat(read(path, GUESSED).readings)
        .containsExactly("real_Tweets/volume__1_ 2024-01-01T00:00:00Z 3.5");
  }

  @Test
  void longFilesNameTheirSeriesInAColumn() throws IOException {
    Path path =
        file(
            "load.csv.gz",
            "unique_id,ds,y\nAP-AP,2023-10-01 04:00:00+00:00,4042.5\nDOM,2023-10-01 04:00:00+00:00,1\n");
    assertThat(read(path, GUESSED).readings)
        .containsExactly("AP-AP 2023-10-01T04:00:00Z 4042.5", "DOM 2023-10-01T04:00:00Z 1.0");
    assertThat(read(path, mapping(null, List.of(), null, "pjm/{id}")).readings.getFirst())
        .startsWith("pjm/AP-AP ");
  }

  @Test
  void wideFilesHaveASeriesPerValueColumn() throws IOException {
    Path path = file("w/m.csv", "when;Temp C;on\n1700000000;1;true\n1700000060;;false\n");
    assertThat(read(path, GUESSED).readings)
        .containsExactly(
            "w/m/Temp_C 2023-11-14T22:13:20Z 1.0",
            "w/m/on 2023-11-14T22:13:20Z 1.0",
            "w/m/on 2023-11-14T22:14:20Z 0.0");
    assertThat(read(path, mapping("when", List.of("temp c"), null, "boiler/{column}")).readings)
        .containsExactly("boiler/Temp_C 2023-11-14T22:13:20Z 1.0");
  }

  @Test
  void badRowsAreNamedByLineAndPassedOver() throws IOException {
    Path path =
        file(
            "b.csv",
            "time,value\n2024-01-01,1\nnever,2\n2024-01-02,many\n2024-01-03\n2024-01-04,NA\n2024-01-05,5\n");
    Taken taken = read(path, GUESSED);
    assertThat(taken.readings).hasSize(2);
    assertThat(taken.problems)
        .containsExactly(
            "3: time 'never' lacks a year of four digits, as in 2024-03-01 10:30:00",
            "4: 'many' in column 'value' is no finite number",
            "5: has 1 fields where the header has 2");
    assertThat(taken.places).hasSize(6);
  }

  @Test
  void goesOnBehindAPlace() throws IOException {
    Path path = file("c.csv", "time,value\n1,1\n2,2\n3,3\n");
    Place second = read(path, GUESSED).places.get(1);
    var taken = new Taken();
    try (var source = CsvSource.open(path, ',', GUESSED)) {
      assertThat(source.skipTo(second)).isTrue();
      assertThat(source.readRow(taken)).isTrue();
      assertThat(source.readRow(taken)).isFalse();
    }
    assertThat(taken.readings).hasSize(1).first().asString().endsWith(" 3.0");
  }

  @Test
  void identityStaysWhenAFileGrowsAndChangesWithWhatIsRead() throws IOException {
    Path path = file("d.csv", "time,value\n1,1\n");
    String before = identity(path, GUESSED);
    Files.writeString(path, "time,value\n1,1\n2,2\n");
    assertThat(identity(path, GUESSED)).isEqualTo(before);
    assertThat(identity(path, mapping(null, List.of(), null, "x"))).isNotEqualTo(before);
    Files.writeString(path, "time,value\n5,5\n");
    assertThat(identity(path, GUESSED)).isNotEqualTo(before);
  }

  private static String identity(Path path, CsvMapping mapping) throws IOException {
    try (var source = CsvSource.open(path, ',', mapping)) {
      return source.identity();
    }
  }

  @Test
  void wrongColumnsAreNamedWithTheOptionToGive() throws IOException {
    Path path = file("e.csv", "time,value\n1,1\n");
    assertThatThrownBy(() -> identity(path, mapping("when", List.of(), null, null)))
        .hasMessageContaining("--time-column")
        .hasMessageContaining("[time, value]");
    assertThatThrownBy(() -> identity(path, mapping(null, List.of("temp"), null, null)))
        .hasMessageContaining("--value-column");
    assertThatThrownBy(() -> identity(path, mapping(null, List.of(), null, "{colum}")))
        .hasMessageContaining("{colum}");
    assertThatThrownBy(() -> identity(file("f.csv", ""), GUESSED)).hasMessageContaining("is empty");
  }

  @Test
  void readsDecimalCommas() throws IOException {
    Path path = file("g.csv", "time;value\n1;3,25\n");
    var comma =
        new CsvMapping(null, List.of(), null, "x", "p", TimeFormat.EPOCH_S, ZoneId.of("UTC"), true);
    assertThat(read(path, comma).readings).containsExactly("p/x 1970-01-01T00:00:01Z 3.25");
  }
}
