package dev.tidewatch.monitor.delivery;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts bodies to targets. Redirects are not followed: they would carry a signed body elsewhere.
 * Thread-safe.
 */
final class WebhookSender implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 4_000;
  private static final int ANSWER_CHARACTERS_MAX = 1_000;

  private final Duration timeout;
  private final InstantSource realTime;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;

  WebhookSender(Duration timeout, InstantSource realTime) {
    this.timeout = timeout;
    this.realTime = realTime;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .executor(threads)
            .build();
  }

  /**
   * What a target said.
   *
   * @param status of HTTP; 0: no answer
   * @param detail the beginning of the answer, or why there was none
   * @param retryAfterSeconds what it asked for
   */
  record Answer(int status, String detail, OptionalLong retryAfterSeconds) {
    boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    /** For people. */
    String describe() {
      return status == 0
          ? detail
          : "HTTP " + status + (detail.isBlank() ? "" : ": " + detail.strip());
    }
  }

  /**
   * Sends once and waits for the answer, within the time limit for all of it.
   *
   * @param traceparent of the attempt; empty: none
   */
  Answer send(DeliveryTarget target, String delivery, int attempt, String body, String traceparent)
      throws InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(target.url())
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("User-Agent", "tidewatch")
            .header("Tidewatch-Delivery", delivery)
            .header("Tidewatch-Attempt", Integer.toString(attempt));
    if (!traceparent.isEmpty()) {
      request.header("traceparent", traceparent);
    }
    if (!target.secret().value().isEmpty()) {
      request.header(
          "Tidewatch-Signature",
          WebhookSignature.of(target.secret(), realTime.instant(), delivery, bytes));
    }
    request.POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(request.build(), _ -> new FirstCharacters(ANSWER_BYTES_MAX));
    try {
      HttpResponse<String> response = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return new Answer(
          response.statusCode(),
          shorten(response.body()),
          retryAfter(response.headers().firstValue("Retry-After").orElse("")));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return unanswered("no answer within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof IOException) {
        String message = cause.getMessage();
        return unanswered(
            cause.getClass().getSimpleName() + (message == null ? "" : ": " + message));
      }
      throw new IllegalStateException("sending to target " + target.name() + " failed", cause);
    }
  }

  private static Answer unanswered(String why) {
    return new Answer(0, shorten(why), OptionalLong.empty());
  }

  /** U+0000 cannot be kept, and nobody misses it. */
  private static String shorten(String text) {
    String clean = text.replace('\0', ' ');
    return clean.length() <= ANSWER_CHARACTERS_MAX
        ? clean
        : clean.substring(0, ANSWER_CHARACTERS_MAX);
  }

  /** Only the form in seconds; the other one is rare. */
  private static OptionalLong retryAfter(String header) {
    return header.matches("[0-9]{1,6}")
        ? OptionalLong.of(Long.parseLong(header))
        : OptionalLong.empty();
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }
}
