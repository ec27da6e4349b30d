package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesShardTest {
  /** The hashes of "a" and "foobar" are those of the published test vectors of FNV-1a, 64 bits. */
  @Test
  void aShardIsTheUnsignedHashModuloTheirNumber() {
    assertThat(SeriesShard.of("a", 16)).isEqualTo((int) (0xaf63dc4c8601ec8cL & 15));
    assertThat(SeriesShard.of("foobar", 16)).isEqualTo((int) (0x85944171f73967e8L & 15));
    assertThat(SeriesShard.of("foobar", 10))
        .isEqualTo((int) Long.remainderUnsigned(0x85944171f73967e8L, 10));
    assertThat(SeriesShard.of("hq/ahu-1/supply_air_temperature", 16)).isEqualTo(13);
  }
}
