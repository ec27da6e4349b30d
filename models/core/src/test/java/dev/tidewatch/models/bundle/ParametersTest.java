package dev.tidewatch.models.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private static final Parameters GIVEN =
      Parameters.of(Map.of("count", " 7", "rate", "0.25", "task", "detect", "words", "a, b,c"));

  @Test
  void readsTypedValues() {
    assertThat(GIVEN.integer("count", 1, 0, 10)).isEqualTo(7);
    assertThat(GIVEN.integer("absent", 1, 0, 10)).isEqualTo(1);
    assertThat(GIVEN.number("rate", 1, 0, 1)).isEqualTo(0.25);
    assertThat(GIVEN.choice("task", Task.FORECAST)).isEqualTo(Task.DETECT);
    assertThat(GIVEN.words("words", List.of())).containsExactly("a", "b", "c");
    assertThat(GIVEN.text("absent", "x")).isEqualTo("x");
  }

  @Test
  void namesTheParameterAndTheFix() {
    assertThatThrownBy(() -> GIVEN.integer("count", 1, 8, 10))
        .hasMessageContaining("parameter count is  7; it must be 8 to 10");
    assertThatThrownBy(() -> GIVEN.integer("rate", 1, 0, 10))
        .hasMessageContaining("parameter rate")
        .hasMessageContaining("whole number");
    assertThatThrownBy(() -> GIVEN.number("words", 1, 0, 10)).hasMessageContaining("a number");
    assertThatThrownBy(() -> GIVEN.number("rate", 1, 0.5, 1)).hasMessageContaining("0.5 to 1.0");
    assertThatThrownBy(() -> GIVEN.choice("words", Task.FORECAST))
        .hasMessageContaining("one of forecast, detect");
    assertThatThrownBy(() -> GIVEN.requireKnown(Set.of("count", "rate", "task")))
        .hasMessageContaining("parameter words is unknown; known are count, rate, task");
    assertThatThrownBy(() -> Parameters.of(Map.of("Bad Name", "x")))
        .hasMessageContaining("'Bad Name'");
    assertThatThrownBy(() -> Parameters.of(Map.of("long", "x".repeat(4_097))))
        .hasMessageContaining("4097");
  }

  @Test
  void overridesLeaveTheOriginalAlone() {
    Parameters changed = GIVEN.overriddenBy(Parameters.of(Map.of("count", "9")));
    assertThat(changed.integer("count", 0, 0, 10)).isEqualTo(9);
    assertThat(GIVEN.integer("count", 0, 0, 10)).isEqualTo(7);
    assertThat(changed.with("count", " 7")).isEqualTo(GIVEN);
  }
}
