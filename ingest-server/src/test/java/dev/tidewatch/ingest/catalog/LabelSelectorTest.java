package dev.tidewatch.ingest.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelSelectorTest {
  private static final Map<String, String> LABELS = Map.of("floor", "3", "kind", "temp/air");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'';true",
        "floor=3;true",
        "floor==3;true",
        "floor = 3;true",
        "floor=4;false",
        "floor!=4;true",
        "floor!=3;false",
        "missing!=3;true",
        "floor;true",
        "missing;false",
        "!missing;true",
        "!floor;false",
        "floor in (2 3);true",
        "floor in (2, 3);true",
        "floor in (2,3);true",
        "floor in (2);false",
        "floor notin (2 3);false",
        "missing notin (2 3);true",
        "kind=temp/air,floor=3;true",
        "kind=temp/air,floor=2;false"
      })
  void matches(String selector, boolean expected) {
    assertThat(LabelSelector.parse(selector).matches(LABELS)).as(selector).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=3",
        "floor=3,",
        "floor in ()",
        "floor in (2,,3)",
        "floor in (",
        "1bad=2",
        "a=b=c(",
        "a b",
        "a===b"
      })
  void refuses(String selector) {
    assertThatThrownBy(() -> LabelSelector.parse(selector))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isBounded() {
    assertThatThrownBy(() -> LabelSelector.parse("a,".repeat(16) + "a"))
        .hasMessageContaining("at most 16");
  }
}
