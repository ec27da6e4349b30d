package dev.tidewatch.ingest.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Replays the kept corpus of each fuzz target, then some seconds of changes to it. {@code
 * ./tidewatch fuzz} searches for longer, and with coverage. System property {@code
 * tidewatch.fuzz.seconds}: how long the changes take for each target; {@code tidewatch.seed}: the
 * seed of the changes.
 */
final class FuzzCorpusTest {
  private static final Path CORPUS = Path.of("src/test/fuzz");
  private static final Duration LONG =
      Duration.ofSeconds(Long.getLong("tidewatch.fuzz.seconds", 2));

  /** As the fuzzer calls it. */
  private interface Target {
    void take(byte[] bytes) throws Exception;
  }

  @Test
  void messagesOfWriters() throws IOException {
    replay("StreamMessageFuzz", StreamMessageFuzz::fuzzerTestOneInput, FuzzSeeds.streamMessages());
  }

  @Test
  void textsOfTheControlPlane() throws IOException {
    replay("TextFuzz", TextFuzz::fuzzerTestOneInput, FuzzSeeds.texts());
  }

  @Test
  void sectionsOfTheFeed() throws IOException {
    replay("SectionFuzz", SectionFuzz::fuzzerTestOneInput, FuzzSeeds.sections());
  }

  private static void replay(String name, Target target, List<byte[]> seeds) throws IOException {
    var inputs = new ArrayList<byte[]>(seeds);
    Path folder = CORPUS.resolve(name);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    }
    assertThat(inputs).as("the corpus in " + folder).hasSizeGreaterThan(seeds.size());
    inputs.forEach(input -> take(target, input));
    long seed = Long.getLong("tidewatch.seed", 25L);
    var random = new SplittableRandom(seed);
    var mutator = new WireMutator(random);
    long end = System.nanoTime() + LONG.toNanos();
    int taken = 0;
    while (System.nanoTime() - end < 0) {
      take(target, mutator.mutate(inputs.get(random.nextInt(inputs.size()))));
      taken++;
    }
    System.out.printf(
        "FuzzCorpusTest %s: %d inputs, %d changed ones, seed %d%n",
        name, inputs.size(), taken, seed);
    assertThat(taken).isPositive();
  }

  private static void take(Target target, byte[] input) {
    try {
      target.take(input);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("input " + HexFormat.of().formatHex(input), e);
    }
  }
}
