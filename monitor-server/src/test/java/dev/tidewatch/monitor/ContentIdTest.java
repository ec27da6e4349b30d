package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContentIdTest {
  /** From `printf 'hq/co2\n1772323200000000\nzscore\n1.0.0' | sha256sum`. */
  @Test
  void anIdIsTheHalfOfADigestThatAnybodyCanMake() {
    UUID id = ContentId.of("hq/co2", "1772323200000000", "zscore", "1.0.0");

    assertThat(ContentId.toText(id)).isEqualTo("93e803f1be97b0b1ad234c229aaa5855");
    assertThat(ContentId.parse("93e803f1be97b0b1ad234c229aaa5855")).isEqualTo(id);
  }

  @Test
  void onlyThirtyTwoDigitsAreAnId() {
    for (String text : new String[] {"", "93e8", "93e803f1be97b0b1ad234c229aaa585g"}) {
      assertThatThrownBy(() -> ContentId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
