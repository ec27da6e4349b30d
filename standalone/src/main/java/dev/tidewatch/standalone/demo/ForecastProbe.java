package dev.tidewatch.standalone.demo;

import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.sdk.InferenceClient;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.standalone.figures.Latencies;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Asks for a forecast of one series at a steady pace, as a dashboard would, and measures. */
final class ForecastProbe implements AutoCloseable {
  private static final int LATENCIES_MAX = 1_000_000;

  private final Latencies latencies = new Latencies(LATENCIES_MAX);
  private final AtomicLong failures = new AtomicLong();
  private final Thread thread;

  ForecastProbe(InferenceClient inference, String series, Duration pace) {
    var request = ForecastRequest.newBuilder().addSeries(series).build();
    this.thread =
        Thread.ofVirtual()
            .name("demo-forecasts")
            .start(() -> {
              try {
                while (true) {
                  ask(inference, request);
                  Thread.sleep(pace);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private void ask(InferenceClient inference, ForecastRequest request) {
    long began = System.nanoTime();
    try {
      var answer = inference.forecast(request);
      if (answer.getForecastsCount() == 1 && !answer.getForecasts(0).hasError()) {
        latencies.record(System.nanoTime() - began);
        return;
      }
    } catch (TidewatchException e) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
    failures.incrementAndGet();
  }

  Latencies latencies() {
    return latencies;
  }

  /** Forecasts that were refused or came without an answer. */
  long failures() {
    return failures.get();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
