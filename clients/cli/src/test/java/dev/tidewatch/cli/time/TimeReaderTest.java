package dev.tidewatch.cli.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeReaderTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2024-03-01                        | 2024-03-01T00:00:00Z",
        "2024-03-01 10:30                  | 2024-03-01T10:30:00Z",
        "2024/03/01 10:30:15               | 2024-03-01T10:30:15Z",
        "2024-03-01T10:30:15.25            | 2024-03-01T10:30:15.250Z",
        "2024-03-01 10:30:15,000001        | 2024-03-01T10:30:15.000001Z",
        "2024-03-01T10:30:15.123456000Z    | 2024-03-01T10:30:15.123456Z",
        "2023-10-01 04:00:00+00:00         | 2023-10-01T04:00:00Z",
        "2024-03-01T10:30:15+02:00         | 2024-03-01T08:30:15Z",
        "2024-03-01 10:30:15 +0200         | 2024-03-01T08:30:15Z",
        "2024-03-01 10:30:15 -05           | 2024-03-01T15:30:15Z",
        "2024-03-01 10:30:15 UTC           | 2024-03-01T10:30:15Z",
        "1969-12-31 23:59:59.999999        | 1969-12-31T23:59:59.999999Z",
        "2024-02-29                        | 2024-02-29T00:00:00Z",
        "0                                 | 1970-01-01T00:00:00Z",
        "1700000000                        | 2023-11-14T22:13:20Z",
        "1700000000.5                      | 2023-11-14T22:13:20.500Z",
        "1700000000123                     | 2023-11-14T22:13:20.123Z",
        "1700000000123456                  | 2023-11-14T22:13:20.123456Z",
        "1700000000123456000               | 2023-11-14T22:13:20.123456Z",
        "-86400                            | 1969-12-31T00:00:00Z",
      })
  void understands(String text, String expected) {
    var reader = new TimeReader(TimeFormat.AUTO, ZoneId.of("UTC"));
    assertThat(Moments.ofMicros(reader.micros(text))).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                           | is empty",
        "yesterday                    | lacks a year",
        "2024-13-01                   | no such day",
        "2023-02-29                   | no such day",
        "2024-03-01 24:00             | no such time of day",
        "2024-03-01 10:30:15.1234567  | finer than a microsecond",
        "1700000000123456789          | finer than a microsecond",
        "2024-03-01 10:30 Mars        | no offset",
        "24-03-01                     | lacks a year",
        "2024-03-01 10:30:15.         | a point without decimals",
      })
  void refuses(String text, String why) {
    var reader = new TimeReader(TimeFormat.AUTO, ZoneId.of("UTC"));
    assertThatThrownBy(() -> reader.micros(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2024-01-15 12:00 | 2024-01-15T11:00:00Z",
        "2024-07-15 12:00 | 2024-07-15T10:00:00Z",
        "2024-03-31 01:59 | 2024-03-31T00:59:00Z",
        "2024-03-31 03:00 | 2024-03-31T01:00:00Z",
        "2024-10-27 02:30 | 2024-10-27T00:30:00Z", // the first of two
        "2024-10-27 03:00 | 2024-10-27T02:00:00Z",
        "2024-07-15 12:00Z | 2024-07-15T12:00:00Z",
      })
  void takesTimesWithoutZoneAsLocal(String text, String expected) {
    var reader = new TimeReader(TimeFormat.ISO, BERLIN);
    assertThat(Moments.ofMicros(reader.micros(text))).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @CsvSource({"2024-03-31 02:00", "2024-03-31 02:59:59"})
  void refusesLocalTimesThatTheClockSkips(String text) {
    var reader = new TimeReader(TimeFormat.ISO, BERLIN);
    assertThatThrownBy(() -> reader.micros(text)).hasMessageContaining("put forward");
  }

  @ParameterizedTest
  @CsvSource({
    "EPOCH_S, 1700000000123, 1700000000123000000",
    "EPOCH_MS, 5, 5000",
    "EPOCH_US, 1700000000, 1700000000",
    "EPOCH_NS, 5000, 5",
  })
  void readsEpochsInTheUnitGiven(TimeFormat format, String text, long micros) {
    assertThat(new TimeReader(format, BERLIN).micros(text)).isEqualTo(micros);
  }

  @ParameterizedTest
  @CsvSource({
    "90s, PT90S",
    "15m, PT15M",
    "24h, PT24H",
    "7d, P7D",
    "1d12h, PT36H",
    "1.5h, PT90M",
    "2w, P14D",
    "250ms, PT0.25S",
    "PT15M, PT15M",
    "P1DT2H, PT26H"
  })
  void readsDurations(String text, String expected) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.parse(expected));
  }

  @ParameterizedTest
  @CsvSource({"24", "h", "1x", "-1h", "1h x", "PT-5M", "''"})
  void refusesWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> Durations.parse(text)).hasMessageContaining("not a duration");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.4S, 0.40s",
    "PT59S, 59s",
    "PT200S, 3m 20s",
    "PT2H, 2h",
    "P1DT4H59M, 1d 4h",
    "PT-90S, -1m 30s"
  })
  void showsTheTwoLargestUnits(String duration, String expected) {
    assertThat(Durations.format(Duration.parse(duration))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "now, 2024-03-01T12:00:00Z",
    "now-7d, 2024-02-23T12:00:00Z",
    "now+1h30m, 2024-03-01T13:30:00Z",
    "2024-01-01, 2023-12-31T23:00:00Z"
  })
  void readsMomentsFromTheInjectedClock(String text, String expected) {
    InstantSource clock = InstantSource.fixed(Instant.parse("2024-03-01T12:00:00.000000999Z"));
    assertThat(new Moments(clock, BERLIN).parse(text)).isEqualTo(Instant.parse(expected));
  }
}
