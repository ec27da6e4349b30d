package dev.tidewatch.inference.testing;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An in-process server that can go away and come back under the same name. */
final class FakeServer implements AutoCloseable {
  private final String name = "fake-" + UUID.randomUUID();
  private final List<BindableService> services;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable Server server;

  FakeServer(BindableService... services) {
    this.services = List.of(services);
    start();
  }

  String target() {
    return "inproc:" + name;
  }

  void start() {
    try {
      var builder = InProcessServerBuilder.forName(name).executor(executor);
      services.forEach(builder::addService);
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    if (server != null) {
      server.shutdownNow();
      try {
        server.awaitTermination();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      server = null;
    }
  }

  @Override
  public void close() {
    stop();
    executor.shutdownNow();
  }
}
