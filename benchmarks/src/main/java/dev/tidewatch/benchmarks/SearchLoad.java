package dev.tidewatch.benchmarks;

import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc;
import dev.tidewatch.proto.registry.v1.CatalogServiceGrpc.CatalogServiceBlockingStub;
import dev.tidewatch.proto.registry.v1.MetricBound;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.SearchVersionsRequest;
import dev.tidewatch.proto.registry.v1.SearchVersionsResponse;
import dev.tidewatch.proto.registry.v1.VersionFilter;
import dev.tidewatch.proto.registry.v1.VersionOrder;
import dev.tidewatch.proto.registry.v1.VersionState;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import io.grpc.ManagedChannel;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Searches of many kinds among {@link ManyVersions}, one caller; every answer is checked. */
final class SearchLoad {
  private static final int PAGES_MAX = 3;

  /** What is asked. Each comes as often as the others. */
  private enum Kind {
    TAGS,
    TEXT,
    METRIC,
    BEST,
    SERIES,
    BROAD,
    NOTHING
  }

  private final CatalogServiceBlockingStub catalog;
  private final SplittableRandom random;
  private final int versions;
  private final Map<Kind, Latencies> latencies = new EnumMap<>(Kind.class);
  private final Latencies all = new Latencies(1_000_000);

  private SearchLoad(CatalogServiceBlockingStub catalog, LoadRequest request) {
    this.catalog = catalog;
    this.random = new SplittableRandom(request.number("seed"));
    this.versions = request.whole("versions");
    for (Kind kind : Kind.values()) {
      latencies.put(kind, new Latencies(1_000_000));
    }
  }

  /**
   * @param request {@code port}, {@code versions}, {@code seed}, {@code seconds}
   */
  static Figures run(LoadRequest request) {
    List<ManagedChannel> channels = Clients.channels(request.whole("port"), 1);
    try {
      var load = new SearchLoad(CatalogServiceGrpc.newBlockingStub(channels.getFirst()), request);
      long deadline = System.nanoTime() + request.number("seconds") * 1_000_000_000L;
      do {
        for (Kind kind : Kind.values()) {
          load.ask(kind);
        }
      } while (System.nanoTime() < deadline);
      return load.figures();
    } finally {
      Clients.close(channels);
    }
  }

  private Figures figures() {
    var figures =
        new Figures()
            .put("searches", all.count())
            .put("ms_p50", all.millis(.5))
            .put("ms_p99", all.millis(.99));
    latencies.forEach((kind, own) ->
        figures.put(kind.name().toLowerCase(Locale.ROOT) + "_ms_p99", own.millis(.99)));
    return figures;
  }

  private void ask(Kind kind) {
    int like = random.nextInt(versions);
    var request = SearchVersionsRequest.newBuilder();
    VersionFilter.Builder filter = request.getFilterBuilder();
    Predicate<ModelVersion> right =
        switch (kind) {
          case TAGS -> {
            filter.putTags("site", ManyVersions.site(like));
            filter.putTags("owner", ManyVersions.owner(like));
            yield version ->
                version.getTagsOrThrow("site").equals(ManyVersions.site(like))
                    && version.getTagsOrThrow("owner").equals(ManyVersions.owner(like));
          }
          case TEXT -> {
            filter.setText(ManyVersions.kind(like) + " Building " + ManyVersions.building(like));
            yield version ->
                version.getDescription().contains(ManyVersions.kind(like))
                    && version.getDescription().contains(" " + ManyVersions.building(like) + " ");
          }
          case METRIC -> {
            double max = 0.5 + random.nextDouble(0.01, 0.2);
            filter
                .setFamily(ManyVersions.family(like))
                .addMetrics(MetricBound.newBuilder().setMetric("mase").setMax(max));
            yield version ->
                version.getFamily().equals(ManyVersions.family(like))
                    && version.getMetricsOrThrow("mase") <= max;
          }
          case BEST -> {
            filter.putTags("site", ManyVersions.site(like));
            byMase(request);
            yield version -> version.getTagsOrThrow("site").equals(ManyVersions.site(like));
          }
          case SERIES -> {
            String series = "site/" + like % ManyVersions.SERIES + "/load";
            filter.setSeries(series);
            yield version -> version.getLineage().getTraining(0).getSeries().equals(series);
          }
          case BROAD -> {
            filter.setState(VersionState.VERSION_STATE_READY);
            if (random.nextBoolean()) {
              byMase(request);
            }
            yield version -> version.getState() == VersionState.VERSION_STATE_READY;
          }
          case NOTHING -> {
            filter.setState(VersionState.VERSION_STATE_READY);
            filter.setText("trained care nowhere");
            yield _ -> false;
          }
        };
    pages(kind, request, right);
  }

  private static void byMase(SearchVersionsRequest.Builder request) {
    request.setOrder(VersionOrder.VERSION_ORDER_METRIC_ASCENDING).setOrderMetric("mase");
  }

  private void pages(
      Kind kind, SearchVersionsRequest.Builder request, Predicate<ModelVersion> right) {
    boolean byMetric = request.getOrder() == VersionOrder.VERSION_ORDER_METRIC_ASCENDING;
    double last = byMetric ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    for (int page = 0; page < PAGES_MAX; page++) {
      long started = System.nanoTime();
      SearchVersionsResponse found = catalog.searchVersions(request.build());
      long took = System.nanoTime() - started;
      Objects.requireNonNull(latencies.get(kind)).record(took);
      all.record(took);
      for (ModelVersion version : found.getModelVersionsList()) {
        double place =
            byMetric ? version.getMetricsOrThrow("mase") : version.getCreatedAt().getSeconds();
        if (!right.test(version) || (byMetric ? place < last : place > last)) {
          throw new IllegalStateException("not what was asked for: " + request + version);
        }
        last = place;
      }
      if (kind != Kind.NOTHING && page == 0 && found.getModelVersionsCount() == 0) {
        throw new IllegalStateException("nothing found: " + request);
      }
      if (found.getNextPageToken().isEmpty()) {
        return;
      }
      request.setPageToken(found.getNextPageToken());
    }
  }
}
