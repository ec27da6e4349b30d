package dev.tidewatch.monitor.api;

import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.PacedStream;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Room for so many watches of a kind at once, each on a virtual thread of its own. */
final class WatchPlaces {
  private static final Duration RETRY_ELSEWHERE = Duration.ofSeconds(5);
  private static final Duration RETRY_AFTER_DRAIN = Duration.ofSeconds(1);

  private final Semaphore places;

  WatchPlaces(int watchersMax) {
    this.places = new Semaphore(watchersMax);
  }

  /** A watch, which returns when the watcher is gone or the server drains. */
  @FunctionalInterface
  interface Watch<M> {
    void follow(PacedStream<M> watcher) throws InterruptedException;
  }

  /**
   * Starts a watch; to be called on the call's own thread.
   *
   * @param onDrain tells the watcher how to go on elsewhere
   * @throws ResourceExhausted WATCHERS_TOO_MANY if there is no room
   */
  <M> void start(String name, StreamObserver<M> answer, String onDrain, Watch<M> watch) {
    if (!places.tryAcquire()) {
      throw new ResourceExhausted(
          "WATCHERS_TOO_MANY",
          "this server has no room for another watch; try again later or another replica",
          RETRY_ELSEWHERE);
    }
    var watcher = new PacedStream<>((ServerCallStreamObserver<M>) answer);
    watcher.start(
        name,
        () -> {
          try {
            watch.follow(watcher);
          } finally {
            places.release();
          }
          throw new Unavailable(
              "SERVER_DRAINING", "the server is going down; " + onDrain, RETRY_AFTER_DRAIN);
        });
  }
}
