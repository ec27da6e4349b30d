package dev.tidewatch.benchmarks.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Stands between clients and server, and cuts their connections in the ways a network does. New
 * connections are always taken. Cuts come from one thread.
 */
final class CuttingProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final ServerSocket listening;
  private final int target;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();

  private CuttingProxy(ServerSocket listening, int target) {
    this.listening = listening;
    this.target = target;
  }

  /**
   * @param target port of the server, which need not be there yet
   */
  static CuttingProxy start(int target) throws IOException {
    var proxy =
        new CuttingProxy(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), target);
    Thread.ofPlatform().daemon().name("proxy").start(proxy::accept);
    return proxy;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Resets every connection on both sides. */
  void reset() {
    links.forEach(Link::reset);
  }

  /**
   * Passes on a part of what a client says next, at least one byte less than it said, and resets
   * the connection then.
   */
  void cutAmidMessages(RandomGenerator random) {
    links.forEach(link -> link.cutShare = 0.1 + 0.8 * random.nextDouble());
  }

  /** Passes nothing on any more, and does not tell: either side must find out by itself. */
  void fallSilent() {
    links.forEach(link -> link.silent = true);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var link = new Link(listening.accept());
        links.add(link);
        Thread.ofVirtual().start(link::connect);
      } catch (IOException e) {
        // Closed, or a client that was gone at once.
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    links.forEach(Link::reset);
  }

  /** One connection of a client, and the one made for it to the server. */
  private final class Link {
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean silent;
    private volatile double cutShare;

    Link(Socket client) {
      this.client = client;
    }

    void connect() {
      try {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      } catch (IOException e) {
        reset();
        return;
      }
      Thread.ofVirtual().start(() -> pass(server, client, false));
      pass(client, server, true);
    }

    private void pass(Socket from, Socket to, boolean cuttable) {
      var buffer = new byte[BUFFER_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          if (silent) {
            // Read on, so that the sender's system believes that somebody hears it.
            continue;
          }
          if (cuttable && cutShare > 0 && count > 1) {
            out.write(buffer, 0, Math.clamp((int) (count * cutShare), 1, count - 1));
            out.flush();
            break;
          }
          out.write(buffer, 0, count);
          out.flush();
        }
      } catch (IOException e) {
        // Either side is gone: so shall the other be.
      }
      if (!silent) {
        reset();
      } else {
        // One side has given up; the other is still not told.
        closeQuietly(from);
      }
    }

    void reset() {
      links.remove(this);
      for (Socket socket : new Socket[] {client, server}) {
        try {
          socket.setSoLinger(true, 0);
        } catch (IOException e) {
          // Closed already.
        }
        closeQuietly(socket);
      }
    }

    private static void closeQuietly(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        // Nothing is left to do.
      }
    }
  }
}
