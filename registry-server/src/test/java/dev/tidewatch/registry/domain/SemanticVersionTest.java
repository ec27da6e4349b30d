package dev.tidewatch.registry.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SemanticVersionTest {
  @Test
  void ordersByPartsNotByText() {
    assertThat(Stream.of("1.10.0", "1.9.9", "2.0.0", "1.9.10").map(SemanticVersion::parse).sorted())
        .extracting(SemanticVersion::toString)
        .containsExactly("1.9.9", "1.9.10", "1.10.0", "2.0.0");
  }

  @Test
  void nextIsTheSmallestGreaterOfItsKind() {
    var version = new SemanticVersion(1, 4, 7);
    assertThat(version.next(VersionBump.PATCH)).hasToString("1.4.8");
    assertThat(version.next(VersionBump.MINOR)).hasToString("1.5.0");
    assertThat(version.next(VersionBump.MAJOR)).hasToString("2.0.0");
  }

  @Test
  void textAndPartsAgree() {
    long seed = 20260301;
    var random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      var version =
          new SemanticVersion(
              random.nextInt(1_000_000), random.nextInt(1_000_000), random.nextInt(1_000_000));
      assertThat(SemanticVersion.parse(version.toString())).as("seed %d", seed).isEqualTo(version);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.-3", "1.2.1000000", "v1.2.3", "1.2.3 "})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> SemanticVersion.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("major.minor.patch");
  }

  @Test
  void hasNoNumberAfterTheLast() {
    var last = new SemanticVersion(1, 2, SemanticVersion.PART_MAX);
    assertThatThrownBy(() -> last.next(VersionBump.PATCH))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
