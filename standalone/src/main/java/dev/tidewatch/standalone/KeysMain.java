package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.security.Keys;

/** {@code tidewatch keys}: edits a file of API keys. */
public final class KeysMain {
  private KeysMain() {}

  public static void main(String[] args) {
    Keys.main(args);
  }
}
