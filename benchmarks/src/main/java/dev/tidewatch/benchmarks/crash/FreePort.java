package dev.tidewatch.benchmarks.crash;

import java.io.IOException;
import java.net.ServerSocket;

/** Ports for servers that must come up at the same one again. */
final class FreePort {
  private FreePort() {}

  static int take() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
