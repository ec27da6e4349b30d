package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;

/** Ports for servers that must come up at the same one again. */
public final class FreePort {
  private FreePort() {}

  /** One that nobody listens on now. */
  public static int take() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
