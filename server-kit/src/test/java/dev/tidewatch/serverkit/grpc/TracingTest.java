package dev.tidewatch.serverkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TracingTest {
  @RegisterExtension static final OpenTelemetryExtension recorded = OpenTelemetryExtension.create();

  private final Telemetry telemetry = Telemetry.of(recorded.getOpenTelemetry());

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneTraceFromTheClientThroughTheServerIntoTheService(boolean socket) throws Exception {
    var service =
        new EchoService(what -> {
          Span own = telemetry.tracer().spanBuilder("work").startSpan();
          own.end();
          return TraceParents.current();
        });
    Span root = telemetry.tracer().spanBuilder("test").startSpan();
    String seen;
    try (var running = running(service, socket);
        var scope = root.makeCurrent()) {
      assertThat(scope).isNotNull();
      seen = running.echo("x");
    } finally {
      root.end();
    }
    List<SpanData> spans = await(4);
    SpanData client = only(spans, SpanKind.CLIENT);
    SpanData server = only(spans, SpanKind.SERVER);
    SpanData work = spans.stream().filter(span -> span.getName().equals("work")).findAny().get();
    assertThat(client.getParentSpanId()).isEqualTo(root.getSpanContext().getSpanId());
    assertThat(server.getParentSpanId()).isEqualTo(client.getSpanId());
    assertThat(work.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(spans)
        .extracting(SpanData::getTraceId)
        .containsOnly(root.getSpanContext().getTraceId());
    assertThat(server.getName()).isEqualTo("test.v1.EchoService/Echo");
    assertThat(server.getEvents()).isEmpty();
    assertThat(TraceParents.parse(seen).getSpanId()).isEqualTo(server.getSpanId());
  }

  @Test
  void theStatusOfAnErrorIsOnTheSpanOfTheServer() throws Exception {
    try (var running =
        running(
            new EchoService(what -> {
              throw new NotFound("SERIES_UNKNOWN", "no such series");
            }),
            true)) {
      Assertions.assertThatThrownBy(() -> running.echo("x"))
          .isInstanceOf(StatusRuntimeException.class);
    }
    SpanData server = only(await(2), SpanKind.SERVER);
    assertThat(server.getAttributes().get(AttributeKey.longKey("rpc.grpc.status_code")))
        .isEqualTo(5L);
  }

  @Test
  void aStreamIsOneSpanWithoutAnEventPerMessage() throws Exception {
    try (var running = running(new EchoService(what -> what), true)) {
      Running.Chat chat = running.chat();
      for (int i = 0; i < 20; i++) {
        chat.say("m" + i);
        assertThat(chat.next()).isEqualTo("m" + i);
      }
      chat.requests().onCompleted();
      assertThat(chat.next()).isEqualTo("end");
    }
    List<SpanData> spans = await(2);
    assertThat(spans).hasSize(2).allSatisfy(span -> assertThat(span.getEvents()).isEmpty());
  }

  @Test
  void callsAreMeasured() throws Exception {
    try (var running = running(new EchoService(what -> what), true)) {
      running.echo("x");
    }
    await(2);
    assertThat(recorded.getMetrics())
        .extracting(MetricData::getName)
        .contains("rpc.server.duration", "rpc.client.duration");
  }

  private Running running(EchoService service, boolean socket) {
    return Running.with(
        service,
        socket ? Running.onSocket() : Running.inProcess(),
        SecurityConfig.off(),
        telemetry,
        "");
  }

  private static SpanData only(List<SpanData> spans, SpanKind kind) {
    List<SpanData> found = spans.stream().filter(span -> span.getKind() == kind).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static List<SpanData> await(int count) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (recorded.getSpans().size() < count && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return recorded.getSpans();
  }
}
