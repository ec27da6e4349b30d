package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between client and server on loopback and counts what TCP carries, framing included. For
 * parts whose speed does not count. Thread-safe.
 */
final class CountingRelay implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final ServerSocket listener;
  private final int target;
  private final AtomicLong toServer = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();

  private CountingRelay(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Relays connections to a port of loopback. */
  static CountingRelay to(int port) throws IOException {
    var relay = new CountingRelay(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), port);
    Thread.ofVirtual().name("relay").start(relay::accept);
    return relay;
  }

  int port() {
    return listener.getLocalPort();
  }

  long bytesToServer() {
    return toServer.get();
  }

  long bytesToClient() {
    return toClient.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> copy(client, server, toServer));
        Thread.ofVirtual().start(() -> copy(server, client, toClient));
      } catch (IOException e) {
        // Closed, or the server is gone: then the client sees its connection end.
      }
    }
  }

  private static void copy(Socket from, Socket to, AtomicLong count) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count.addAndGet(n);
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One side hung up; closing the other tells it.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
