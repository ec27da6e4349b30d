package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "building-1/ahu_2/supply.temperature", "A/b/0", ".", "-", "x..y"})
  void acceptsSegmentsOfTheAllowedCharacters(String name) {
    assertThat(new SeriesName(name).value()).isEqualTo(name);
    assertThat(new SeriesName(name)).hasToString(name);
  }

  @ParameterizedTest
  @CsvSource({
    "a//b, empty segment at character 3",
    "/a, empty segment at character 1",
    "a/, empty segment at character 3",
    "a b, not allowed at 2 (U+0020)",
    "ä, not allowed at 1 (U+00E4)",
    "a\\b, not allowed at 2 (U+005C)"
  })
  void saysWhatIsWrongAndWhere(String name, String message) {
    assertThatThrownBy(() -> new SeriesName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void lengthIsBounded() {
    assertThat(new SeriesName("x".repeat(255)).value()).hasSize(255);
    assertThatThrownBy(() -> new SeriesName("x".repeat(256)))
        .hasMessageContaining("256")
        .hasMessageContaining("255");
    assertThatThrownBy(() -> new SeriesName("")).hasMessageContaining("empty");
  }

  @Test
  void anOffendingNameCannotForgeTheMessage() {
    assertThatThrownBy(() -> new SeriesName("a\nFATAL")).hasMessageContaining("'a?FATAL'");
  }
}
