package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.SearchVersionsRequest;
import dev.tidewatch.proto.registry.v1.VersionOrder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds versions of any model. */
@Command(
    name = "search",
    description = {
      "Find versions of all models that meet every condition given, newest first.",
      "--order sorts by a metric instead, least first; with a minus before it, most first."
    },
    footer = {
      "  tidewatch models search heat north --state ready",
      "  tidewatch models search --tag site=hq --metric 'mase<=0.9' --order mase",
      "  tidewatch models search --series AP-AP --alias champion --json"
    })
final class ModelsSearchCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final VersionFilterOptions filter = new VersionFilterOptions();

  @Option(names = "--order", paramLabel = "[-]METRIC", description = "By a metric.")
  private @Nullable String order;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many (50).")
  private int limit = 50;

  ModelsSearchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; it must be at least 1");
    }
    var request = SearchVersionsRequest.newBuilder().setFilter(filter.filter(session));
    if (order != null) {
      boolean descending = order.startsWith("-");
      request
          .setOrderMetric(descending ? order.substring(1) : order)
          .setOrder(
              descending
                  ? VersionOrder.VERSION_ORDER_METRIC_DESCENDING
                  : VersionOrder.VERSION_ORDER_METRIC_ASCENDING);
    }
    List<ModelVersion> versions =
        session.tidewatch().registry().searchVersions(request.build()).limit(limit).toList();
    if (session.json()) {
      session.print(versions);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .whole("MODEL")
            .whole("VERSION")
            .left("STATE")
            .left("ALIASES")
            .left("FAMILY")
            .whole("CREATED")
            .left("METRICS");
    for (ModelVersion version : versions) {
      table.row(
          version.getModel(),
          version.getVersion(),
          ProtoJson.bare(version.getState().getValueDescriptor()).toLowerCase(Locale.ROOT),
          String.join(",", version.getAliasesList()),
          version.getFamily(),
          session.show(version.getCreatedAt()),
          Metrics.brief(version.getMetricsMap()));
    }
    session.print(table);
    if (versions.size() == limit) {
      session.say("There may be more: --limit shows them.");
    }
    return ExitCode.OK;
  }
}
