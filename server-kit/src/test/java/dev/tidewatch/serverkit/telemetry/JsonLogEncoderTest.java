package dev.tidewatch.serverkit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class JsonLogEncoderTest {
  private final LoggerContext context = new LoggerContext();

  @Test
  void aLineIsOneObjectWithTheTraceAndTheError() {
    Span span =
        Span.wrap(TraceParents.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    String line;
    try (var scope = Context.root().with(span).makeCurrent()) {
      assertThat(scope).isNotNull();
      line = encode("said \"{}\"\nand\ttab \u0001 \ud83d\ude00", new IllegalStateException("boom"));
    }
    assertThat(line).endsWith("}\n").hasLineCount(1);
    Map<?, ?> object = parse(line);
    assertThat(object.get("message")).isEqualTo("said \"{}\"\nand\ttab \u0001 \ud83d\ude00");
    assertThat(object.get("level")).isEqualTo("WARN");
    assertThat(object.get("logger")).isEqualTo("dev.tidewatch.Test");
    assertThat(object.get("trace_id")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(object.get("span_id")).isEqualTo("b7ad6b7169203331");
    assertThat(String.valueOf(object.get("error")))
        .contains("java.lang.IllegalStateException: boom", "JsonLogEncoderTest");
    assertThat(String.valueOf(object.get("time"))).endsWith("Z");
  }

  @Test
  void withoutASpanThereIsNoTrace() {
    Map<?, ?> object = parse(encode("plain", null));
    assertThat(object.containsKey("trace_id")).isFalse();
    assertThat(object.containsKey("error")).isFalse();
    assertThat(object.containsKey("request_id")).isFalse();
  }

  private String encode(String message, @org.jspecify.annotations.Nullable Throwable error) {
    var event =
        new LoggingEvent(
            getClass().getName(),
            context.getLogger("dev.tidewatch.Test"),
            Level.WARN,
            message,
            error,
            null);
    return new String(new JsonLogEncoder().encode(event), StandardCharsets.UTF_8);
  }

  private static Map<?, ?> parse(String line) {
    Object read = new Load(LoadSettings.builder().build()).loadFromString(line);
    assertThat(read).isInstanceOf(Map.class);
    return (Map<?, ?>) read;
  }
}
