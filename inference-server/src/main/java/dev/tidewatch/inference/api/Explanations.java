package dev.tidewatch.inference.api;

import dev.tidewatch.inference.clients.Wire;
import dev.tidewatch.inference.forecast.Explanation;
import dev.tidewatch.proto.inference.v1.ExplainMethod;
import dev.tidewatch.proto.inference.v1.ExplainResponse;
import dev.tidewatch.proto.inference.v1.ForecastPart;
import dev.tidewatch.proto.inference.v1.InputContribution;
import io.opentelemetry.api.trace.Span;
import java.util.Arrays;

/** Explanations as messages. */
final class Explanations {
  private Explanations() {}

  static ExplainResponse message(Explanation explanation) {
    long first = explanation.forecast().firstIndex();
    var message =
        ExplainResponse.newBuilder()
            .setAnsweredBy(Answers.answeredBy(explanation.answeredBy()))
            .setMethod(
                switch (explanation.method()) {
                  case OWN -> ExplainMethod.EXPLAIN_METHOD_UNSPECIFIED;
                  case PERMUTATION -> ExplainMethod.EXPLAIN_METHOD_PERMUTATION;
                  case GAIN -> ExplainMethod.EXPLAIN_METHOD_GAIN;
                  case PARTS -> ExplainMethod.EXPLAIN_METHOD_PARTS;
                })
            .setOrigin(Wire.timestamp(explanation.grid().startMicros(first)))
            .setSummary(explanation.summary());
    if (Span.current().getSpanContext().isValid()) {
      message.setTraceId(Span.current().getSpanContext().getTraceId());
    }
    for (int step = 0; step < explanation.forecast().horizon(); step++) {
      message.addTargetTimesMicros(explanation.grid().startMicros(first + step));
      message.addMean(explanation.forecast().mean(step));
    }
    explanation
        .contributions()
        .forEach(one ->
            message.addContributions(
                InputContribution.newBuilder()
                    .setInput(one.input())
                    .setImportance(one.importance())));
    explanation
        .parts()
        .forEach((name, values) ->
            message.addParts(
                ForecastPart.newBuilder()
                    .setPart(name)
                    .addAllValues(Arrays.stream(values).boxed().toList())));
    return message.build();
  }
}
