package dev.tidewatch.standalone;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Ports for servers that must come up at the same one again, or do not tell which one they took.
 * They lie below those that Linux gives to clients and to port 0 (from 32768), so that nobody gets
 * one by chance while its server is down, and a client that calls in vain does not connect to
 * itself.
 */
public final class FreePort {
  private static final int FIRST = 20_000;
  private static final int AFTER_LAST = 32_000;
  private static final int ATTEMPTS = 1_000;
  private static final Set<Integer> TAKEN = ConcurrentHashMap.newKeySet();

  private FreePort() {}

  /**
   * A port that nobody listens on, and that this process has not been given before.
   *
   * @throws IOException if there is none
   */
  public static int take() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = RandomGenerator.getDefault().nextInt(FIRST, AFTER_LAST);
      if (TAKEN.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new BindException("no free port between " + FIRST + " and " + AFTER_LAST);
  }

  private static boolean isFree(int port) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(port), 1);
      return true;
    } catch (BindException taken) {
      return false;
    }
  }
}
