package dev.tidewatch.ingest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextObjectTest {
  @Test
  void readsWhatItWrote() {
    var texts = Map.of("a", "", "quote\"", "back\\slash", "lines\n\t", "\u0001é😀");
    assertThat(TextObject.parse(TextObject.format(texts))).isEqualTo(texts);
    assertThat(TextObject.parse("{}")).isEmpty();
    assertThat(TextObject.parse("{\"k\": \"\\u00e9\\n\", \"b\": \"c\"}"))
        .isEqualTo(Map.of("k", "é\n", "b", "c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"a\"}", "{\"a\":1}", "{\"a\":\"b\"", "{\"a\":\"\\u12"})
  void refusesAnythingElse(String json) {
    assertThatThrownBy(() -> TextObject.parse(json)).isInstanceOf(IllegalArgumentException.class);
  }
}
