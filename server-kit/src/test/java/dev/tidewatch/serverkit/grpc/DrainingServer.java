package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.lifecycle.Shutdown;

/** A process with one server, which leaves on SIGTERM. */
final class DrainingServer {
  private DrainingServer() {}

  public static void main(String[] args) throws InterruptedException {
    try (var shutdown = Shutdown.install()) {
      try (var running =
          Running.with(
              new EchoService(what -> {
                System.out.println("CALLED " + what);
                sleep(1_500);
                return what;
              }),
              Running.config(java.util.Map.of("shutdown-grace", "30s")))) {
        System.out.println("PORT " + running.server.port());
        shutdown.await();
        System.out.println("DRAINING");
      }
      // While the shutdown still holds the exit: once it is closed the JVM may end at any moment.
      System.out.println("DRAINED");
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
