package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.MetricBound;
import dev.tidewatch.proto.registry.v1.SearchVersionsRequest;
import dev.tidewatch.proto.registry.v1.VersionFilter;
import dev.tidewatch.registry.domain.VersionOrder;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is asked of a search. */
final class SearchMessages {
  private SearchMessages() {}

  static dev.tidewatch.registry.domain.VersionFilter filter(VersionFilter filter) {
    return new dev.tidewatch.registry.domain.VersionFilter(
        filter.getText(),
        Fields.present(filter.getModel()).map(text -> Fields.model("filter.model", text)),
        ModelMessages.task(filter.getTask()),
        Fields.present(filter.getFamily()),
        ModelMessages.state(filter.getState()),
        filter.getTagsMap(),
        bounds(filter.getMetricsList()),
        Fields.present(filter.getSeries()),
        filter.hasCreatedFrom()
            ? Optional.of(Fields.time("filter.created_from", filter.getCreatedFrom()))
            : Optional.empty(),
        filter.hasCreatedTo()
            ? Optional.of(Fields.time("filter.created_to", filter.getCreatedTo()))
            : Optional.empty(),
        Fields.present(filter.getAlias()).map(text -> Fields.alias("filter.alias", text)));
  }

  static VersionOrder order(SearchVersionsRequest request) {
    return switch (request.getOrder()) {
      case VERSION_ORDER_METRIC_ASCENDING -> byMetric(request, false);
      case VERSION_ORDER_METRIC_DESCENDING -> byMetric(request, true);
      case VERSION_ORDER_CREATED, VERSION_ORDER_UNSPECIFIED, UNRECOGNIZED ->
          VersionOrder.NEWEST_FIRST;
    };
  }

  /** What page tokens belong to: filter and order, not the size of a page. */
  static String question(SearchVersionsRequest request) {
    return "SearchVersions "
        + Origins.digest(request.toBuilder().clearPageSize().clearPageToken().build()).hex();
  }

  private static VersionOrder byMetric(SearchVersionsRequest request, boolean descending) {
    if (request.getOrderMetric().isEmpty()) {
      throw InvalidArgument.field("order_metric", "required where the order is by metric");
    }
    return new VersionOrder(Optional.of(request.getOrderMetric()), descending);
  }

  private static List<dev.tidewatch.registry.domain.MetricBound> bounds(List<MetricBound> bounds) {
    List<dev.tidewatch.registry.domain.MetricBound> all = new ArrayList<>();
    for (int i = 0; i < bounds.size(); i++) {
      MetricBound bound = bounds.get(i);
      String field = "filter.metrics[" + i + "]";
      all.add(
          new dev.tidewatch.registry.domain.MetricBound(
              bound.getMetric(),
              end(bound.hasMin(), bound.getMin(), field + ".min"),
              end(bound.hasMax(), bound.getMax(), field + ".max")));
    }
    return all;
  }

  private static OptionalDouble end(boolean given, double value, String field) {
    if (given && Double.isNaN(value)) {
      throw InvalidArgument.field(field, "NaN is no bound");
    }
    return given ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
