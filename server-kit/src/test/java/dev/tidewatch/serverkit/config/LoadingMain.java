package dev.tidewatch.serverkit.config;

import java.util.List;

/** Loads a configuration as a process does, and prints a value of it. */
final class LoadingMain {
  private LoadingMain() {}

  public static void main(String[] args) {
    System.out.println(
        "PORT "
            + ConfigLoader.load(ConfigLoaderTest.Listen.class, "ingest", List.of("other"), args)
                .port());
  }
}
