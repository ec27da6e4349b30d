package dev.tidewatch.ingest.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes the inputs that the fuzzer starts from: the folder, then one file an input. */
public final class FuzzSeedFiles {
  private FuzzSeedFiles() {}

  /** Takes the folder; each target's inputs go into a folder below it, named like the target. */
  public static void main(String[] args) throws IOException {
    Map<String, List<byte[]>> seeds =
        Map.of(
            "StreamMessageFuzz", FuzzSeeds.streamMessages(),
            "TextFuzz", FuzzSeeds.texts(),
            "SectionFuzz", FuzzSeeds.sections());
    for (var each : seeds.entrySet()) {
      Path folder = Files.createDirectories(Path.of(args[0], each.getKey()));
      int number = 0;
      for (byte[] seed : each.getValue()) {
        Files.write(folder.resolve("seed-%02d".formatted(++number)), seed);
      }
    }
  }
}
