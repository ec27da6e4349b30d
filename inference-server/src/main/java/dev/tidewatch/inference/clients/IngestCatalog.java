package dev.tidewatch.inference.clients;

import dev.tidewatch.inference.history.SeriesCatalog;
import dev.tidewatch.inference.registry.SeriesSelector;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link SeriesCatalog} by ingest's catalogue, with the labels of recently asked series kept for
 * some seconds.
 */
public final class IngestCatalog implements SeriesCatalog {
  private static final String SERVER = "ingest";
  private static final String UNAVAILABLE = "HISTORY_UNAVAILABLE";
  private static final long LABELS_KEPT_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int LABELS_KEPT_MAX = 100_000;
  private static final int PAGE = 1_000;

  private final SeriesServiceGrpc.SeriesServiceBlockingStub catalog;
  private final Duration longest;

  private final LinkedHashMap<String, Kept> labels = new LinkedHashMap<>();

  private record Kept(Map<String, String> labels, long atNanos) {}

  public IngestCatalog(Channel ingest, Duration longest) {
    this.catalog = SeriesServiceGrpc.newBlockingStub(ingest);
    this.longest = longest;
  }

  @Override
  public List<String> matching(SeriesSelector selector, int seriesMax) {
    var names = new ArrayList<String>();
    String page = "";
    try {
      do {
        ListSeriesResponse response =
            Deadlines.limit(catalog, longest)
                .listSeries(
                    ListSeriesRequest.newBuilder()
                        .setPrefix(selector.prefix())
                        .setPageSize(PAGE)
                        .setPageToken(page)
                        .build());
        for (Series series : response.getSeriesList()) {
          keep(series.getName(), series.getLabelsMap());
          if (selector.matches(series.getName(), series.getLabelsMap())
              && names.size() < seriesMax) {
            names.add(series.getName());
          }
        }
        page = response.getNextPageToken();
      } while (!page.isEmpty() && names.size() < seriesMax);
    } catch (StatusRuntimeException e) {
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
    return names;
  }

  @Override
  public Map<String, String> of(String series) {
    synchronized (labels) {
      Kept kept = labels.get(series);
      if (kept != null && System.nanoTime() - kept.atNanos() < LABELS_KEPT_NANOS) {
        return kept.labels();
      }
    }
    Map<String, String> read = readLabels(series);
    keep(series, read);
    return read;
  }

  private Map<String, String> readLabels(String series) {
    try {
      return Deadlines.limit(catalog, longest)
          .getSeries(GetSeriesRequest.newBuilder().setSeries(series).build())
          .getSeries()
          .getLabelsMap();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return Map.of();
      }
      throw RemoteErrors.of(SERVER, UNAVAILABLE, e);
    }
  }

  private void keep(String series, Map<String, String> read) {
    synchronized (labels) {
      labels.remove(series);
      labels.put(series, new Kept(Map.copyOf(read), System.nanoTime()));
      if (labels.size() > LABELS_KEPT_MAX) {
        labels.pollFirstEntry();
      }
    }
  }
}
