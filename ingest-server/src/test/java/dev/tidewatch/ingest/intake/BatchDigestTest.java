package dev.tidewatch.ingest.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BatchDigestTest {
  private static final BatchDigest BASE = digest("a", new short[] {0, 1}, 5.0, 6.0);

  private static BatchDigest digest(String series, short @Nullable [] qualities, double... values) {
    long[] times = new long[values.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = 1_000L * i;
    }
    return BatchDigest.of(
        List.of(new SeriesColumn(series, times, values, qualities, null)), new byte[] {1});
  }

  @Test
  void isTheSameForTheSameContentOnly() {
    assertThat(digest("a", new short[] {0, 1}, 5.0, 6.0)).isEqualTo(BASE);
    assertThat(digest("b", new short[] {0, 1}, 5.0, 6.0)).isNotEqualTo(BASE);
    assertThat(digest("a", new short[] {1, 0}, 5.0, 6.0)).isNotEqualTo(BASE);
    assertThat(digest("a", null, 5.0, 6.0)).isNotEqualTo(BASE);
    assertThat(digest("a", new short[] {0, 1}, 6.0, 5.0)).isNotEqualTo(BASE);
    assertThat(digest("a", new short[] {0}, 5.0)).isNotEqualTo(BASE);
  }

  @Test
  void isReadAsItWasWritten() {
    byte[] bytes = new byte[20];
    BASE.write(bytes, 3);
    assertThat(BatchDigest.read(bytes, 3)).isEqualTo(BASE);
  }
}
