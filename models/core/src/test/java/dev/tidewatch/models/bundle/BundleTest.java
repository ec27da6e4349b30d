package dev.tidewatch.models.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tidewatch.models.Seeds;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.SplitConformal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
  private static final byte[] PAYLOAD = {1, 2, 3};

  private static BundleManifest manifest() {
    return new BundleManifest(
        "seasonal-naive",
        Task.FORECAST,
        List.of(Role.TARGET, new Role("outdoor", Role.Kind.COVARIATE)),
        new Grid(
            Duration.ofMinutes(15),
            ZoneId.of("Europe/Berlin"),
            Aggregation.LAST,
            Fill.LINEAR,
            4,
            Duration.ofMinutes(2)),
        List.of("lag_1", "hour"),
        672,
        96,
        2,
        List.of(0.5, 0.9),
        Optional.of(
            SplitConformal.of(
                List.of(new double[] {0.1, 0.30000000000000004}, new double[] {1e-17}))),
        Parameters.of(Map.of("seasons", "96,672", "a", "ü\"\\\n")),
        new TrainingWindow(
            List.of(new SeriesName("b"), new SeriesName("a/x")), -5, 7, "0f".repeat(32)),
        Long.MIN_VALUE,
        "0.1.0",
        new TreeMap<>(Map.of("mae", 1.5, "coverage_90", 0.9)));
  }

  private static Bundle bundle() {
    return Bundle.of(manifest(), Map.of("states/000000.bin", PAYLOAD, "empty", new byte[0]));
  }

  @Test
  void readsBackWhatItWrote(@TempDir Path folder) throws IOException {
    Bundle read = Bundle.read(bundle().toBytes(), BundleLimits.DEFAULT);
    assertThat(read.manifest()).isEqualTo(manifest());
    assertThat(read.fileNames()).containsExactly("empty", "states/000000.bin");
    assertThat(read.file("states/000000.bin")).isEqualTo(PAYLOAD);
    assertThat(read.sha256()).isEqualTo(bundle().sha256());
    Path file = folder.resolve("m.zip");
    bundle().write(file);
    assertThat(Bundle.read(file, BundleLimits.DEFAULT).sha256()).isEqualTo(bundle().sha256());
  }

  @Test
  void sameContentGivesSameBytesInWhateverOrderItWasPut() {
    var other = new LinkedHashMap<String, byte[]>();
    other.put("empty", new byte[0]);
    other.put("states/000000.bin", PAYLOAD);
    assertThat(Bundle.of(manifest(), other).toBytes()).isEqualTo(bundle().toBytes());
    assertThat(bundle().withMetrics(new TreeMap<>()).sha256()).isNotEqualTo(bundle().sha256());
  }

  @Test
  void everyFlippedByteIsNoticed() {
    byte[] whole = bundle().toBytes();
    int manifestEnd = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK", 10);
    Seeds.forEach(
        300,
        random -> {
          byte[] flipped = whole.clone();
          int at = random.nextInt(manifestEnd);
          flipped[at] ^= (byte) (1 << random.nextInt(8));
          try {
            // A flip in a date or flag of the zip itself may go unnoticed, but never one in what
            // was saved.
            assertThat(Bundle.read(flipped, BundleLimits.DEFAULT).manifest()).isEqualTo(manifest());
          } catch (BundleException e) {
            assertThat(e.reason())
                .isIn(BundleException.Reason.DAMAGED, BundleException.Reason.TOO_LARGE);
          }
        });
  }

  @Test
  void everyTruncationIsNoticed() {
    byte[] whole = bundle().toBytes();
    int directory = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
    for (int length = 0; length < directory; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertRefused(BundleException.Reason.DAMAGED, () -> Bundle.read(cut, BundleLimits.DEFAULT));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "/etc/passwd",
        "a/../b",
        "a//b",
        "a\\b",
        ".hidden",
        "a/.hidden",
        "dir/",
        "",
        "ä"
      })
  void namesThatLeaveTheBundleAreRefused(String name) throws IOException {
    var entries = entries(bundle());
    entries.put(name, PAYLOAD);
    byte[] zip = zip(entries);
    assertRefused(BundleException.Reason.DAMAGED, () -> Bundle.read(zip, BundleLimits.DEFAULT));
    assertThatThrownBy(() -> Bundle.of(manifest(), Map.of(name, PAYLOAD)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void filesMustBeThoseThatTheManifestLists() throws IOException {
    var missing = entries(bundle());
    missing.remove("empty");
    assertRefused(
        BundleException.Reason.DAMAGED, () -> Bundle.read(zip(missing), BundleLimits.DEFAULT));
    var more = entries(bundle());
    more.put("more", PAYLOAD);
    assertRefused(
        BundleException.Reason.DAMAGED, () -> Bundle.read(zip(more), BundleLimits.DEFAULT));
    var changed = entries(bundle());
    changed.put("states/000000.bin", new byte[] {1, 2, 4});
    assertRefused(
        BundleException.Reason.DAMAGED, () -> Bundle.read(zip(changed), BundleLimits.DEFAULT));
    var late = new LinkedHashMap<String, byte[]>();
    late.put("empty", new byte[0]);
    late.putAll(entries(bundle()));
    assertRefused(
        BundleException.Reason.DAMAGED, () -> Bundle.read(zip(late), BundleLimits.DEFAULT));
    assertRefused(BundleException.Reason.DAMAGED, () -> Bundle.read(PAYLOAD, BundleLimits.DEFAULT));
  }

  @Test
  void aNewerFormatIsRefusedByItsNumber() throws IOException {
    byte[] newer =
        withManifest(
            json -> json.replace("\"format_version\":1", "\"format_version\":2,\"unheard_of\":{}"));
    assertThatThrownBy(() -> Bundle.read(newer, BundleLimits.DEFAULT))
        .asInstanceOf(type(BundleException.class))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(BundleException.Reason.FORMAT_UNKNOWN))
        .satisfies(e ->
            assertThat(e)
                .hasMessageContaining("format version 2")
                .hasMessageContaining("reads version 1"));
  }

  @Test
  void aManifestThatIsNotWhatWasAgreedIsRefusedByMember() throws IOException {
    assertDamaged("\"horizon\":2", "\"horizon\":2.5", "horizon");
    assertDamaged("\"horizon\":2", "\"horizon\":2,\"surprise\":1", "surprise");
    assertDamaged("\"horizon\":2", "\"horizon\":2,\"horizon\":2", "Duplicate");
    assertDamaged("\"horizon\":2", "\"horizon\":3", "conformal");
    assertDamaged("\"task\":\"forecast\"", "\"task\":\"java.lang.Runtime\"", "java.lang.Runtime");
    assertDamaged("\"seed\":", "\"sead\":", "seed");
    assertDamaged("\"Europe/Berlin\"", "\"Europe/Nowhere\"", "time_zone");
    assertDamaged("[0.5,0.9]", "[0.9,0.5]", "levels");
    assertDamaged("\"family\":\"seasonal-naive\"", "\"family\":7", "family");
    assertDamaged("\"b\"]", "\"b//\"]", "series name");
  }

  private static void assertDamaged(String from, String to, String message) throws IOException {
    byte[] bytes =
        withManifest(json -> {
          assertThat(json).contains(from);
          return json.replace(from, to);
        });
    assertThatThrownBy(() -> Bundle.read(bytes, BundleLimits.DEFAULT))
        .asInstanceOf(type(BundleException.class))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(BundleException.Reason.DAMAGED))
        .satisfies(e -> assertThat(e).hasMessageContaining(message));
  }

  @Test
  void limitsHoldForPackedAndUnpackedBytesFilesAndManifest() throws IOException {
    byte[] whole = bundle().toBytes();
    assertRefused(
        BundleException.Reason.TOO_LARGE,
        () -> Bundle.read(whole, new BundleLimits(whole.length - 1, 9, 1 << 20)));
    assertRefused(
        BundleException.Reason.TOO_LARGE,
        () -> Bundle.read(whole, new BundleLimits(1 << 20, 1, 1 << 20)));
    assertRefused(
        BundleException.Reason.TOO_LARGE,
        () -> Bundle.read(whole, new BundleLimits(1 << 20, 9, 100)));
    var entries = entries(bundle());
    entries.put("bomb", new byte[50 << 20]);
    byte[] bomb = zip(entries);
    assertThat(bomb.length).as("packed").isLessThan(1 << 20);
    assertRefused(
        BundleException.Reason.TOO_LARGE,
        () -> Bundle.read(bomb, new BundleLimits(1 << 20, 9, 1 << 19)));
  }

  @Test
  void manifestsThatMakeNoSenseAreNotBuilt() {
    assertThatThrownBy(() -> new Role("Target", Role.Kind.TARGET))
        .hasMessageContaining("role name");
    assertThatThrownBy(() -> manifest().withMetrics(new TreeMap<>(Map.of("mae", Double.NaN))))
        .hasMessageContaining("metric mae");
    assertThatThrownBy(() -> new TrainingWindow(List.of(), 5, 4, "0".repeat(64)))
        .hasMessageContaining("before its start");
    assertThatThrownBy(() -> new TrainingWindow(List.of(), 4, 5, "0"))
        .hasMessageContaining("fingerprint");
    assertThatThrownBy(() -> bundle().file("nothing")).isInstanceOf(BundleException.class);
  }

  private static void assertRefused(BundleException.Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(BundleException.class))
        .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  @FunctionalInterface
  private interface Edit {
    String apply(String json);
  }

  private static byte[] withManifest(Edit edit) throws IOException {
    var entries = entries(bundle());
    String json =
        new String(Objects.requireNonNull(entries.get("bundle.json")), StandardCharsets.UTF_8);
    entries.put("bundle.json", edit.apply(json).getBytes(StandardCharsets.UTF_8));
    return zip(entries);
  }

  private static Map<String, byte[]> entries(Bundle bundle) throws IOException {
    var entries = new LinkedHashMap<String, byte[]>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(bundle.toBytes()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }
}
