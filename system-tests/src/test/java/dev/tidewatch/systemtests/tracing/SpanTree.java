package dev.tidewatch.systemtests.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Spans and who is whose child. */
record SpanTree(List<ReceivedSpan> spans) {

  /** The one span of that service and name. */
  ReceivedSpan only(String service, String name) {
    return only(service, name::equals);
  }

  /** The one span of that service whose name is as wanted. */
  ReceivedSpan only(String service, Predicate<String> name) {
    var found =
        spans.stream()
            .filter(span -> span.service().equals(service) && name.test(span.name()))
            .toList();
    assertThat(found).as("spans of %s in%n%s", service, this).hasSize(1);
    return found.getFirst();
  }

  boolean holds(String spanId) {
    return spans.stream().anyMatch(span -> span.spanId().equals(spanId));
  }

  /** Whether {@code above} is an ancestor of {@code span}. */
  boolean isBelow(ReceivedSpan span, ReceivedSpan above) {
    Map<String, ReceivedSpan> byId =
        spans.stream()
            .collect(Collectors.toMap(ReceivedSpan::spanId, Function.identity(), (a, b) -> a));
    for (var each = span; each != null; each = byId.get(each.parentId())) {
      if (each.parentId().equals(above.spanId())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return spans.stream()
        .map(span ->
            "%s %s %s %s <- %s %s"
                .formatted(
                    span.service(),
                    span.kind(),
                    span.name(),
                    span.spanId(),
                    span.parentId(),
                    span.attributes()))
        .collect(Collectors.joining("\n"));
  }
}
