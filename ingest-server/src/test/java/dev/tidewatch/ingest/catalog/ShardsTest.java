package dev.tidewatch.ingest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShardsTest {
  /**
   * Hashes from the test vectors of Landon Noll's FNV page: a is af63dc4c8601ec8c, foobar
   * 85944171f73967e8.
   */
  @Test
  void followsThePublishedHash() {
    assertThat(Shards.of("a", 16)).isEqualTo(0xc);
    assertThat(Shards.of("foobar", 16)).isEqualTo(0x8);
    assertThat(Shards.of("foobar", 1_000_000))
        .isEqualTo((int) Long.remainderUnsigned(0x85944171f73967e8L, 1_000_000));
  }
}
