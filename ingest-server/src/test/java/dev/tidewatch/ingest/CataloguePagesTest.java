package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.ingest.catalog.LabelSelector;
import dev.tidewatch.proto.ingest.v1.Device;
import dev.tidewatch.proto.ingest.v1.ListDevicesRequest;
import dev.tidewatch.proto.ingest.v1.ListDevicesResponse;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Pages of a catalogue that is longer than any short walk, against what each series says itself.
 */
final class CataloguePagesTest {
  private static final int DEVICES = 700;
  private static final int POINTS = 5;

  @SuppressWarnings("NullAway.Init")
  private static RunningIngest ingest;

  @BeforeAll
  static void start() throws SQLException {
    ingest = RunningIngest.start();
    ingest.execute(
        """
        INSERT INTO ingest.series (name, shard, device, point, display_name, description, unit, labels, kind, states,
          duplicate_policy, flag_violations, auto_created, created_at, updated_at, revision)
        SELECT format('%%s/p%%s', device, p), 0, device, 'p' || p, '', '', '',
          jsonb_build_object('site', (d / 100)::text, 'floor', (d %% 7)::text)
            || CASE WHEN d %% 250 = 249 THEN '{"rare": "x"}'::jsonb ELSE '{}' END,
          1, '{}', 2, false, true, '2026-01-01Z', '2026-01-01Z', 0
        FROM generate_series(0, %d) d, generate_series(1, %d) p,
          LATERAL (SELECT format('site-%%s/dev-%%s', d / 100, to_char(d, 'FM0000')) AS device) n
        """
            .formatted(DEVICES - 1, POINTS));
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void listsWhatTheSelectorMatches() {
    List<Series> all = list("", "", 1_000);
    assertThat(all).hasSize(DEVICES * POINTS);
    for (String selector :
        List.of(
            "rare=x",
            "rare",
            "!rare",
            "site=6",
            "site=6,floor=3",
            "site!=0",
            "floor in (2 3),rare",
            "floor notin (0 1 2 3 4 5)",
            "site=6,site!=6",
            "none=1")) {
      for (String prefix : List.of("", "site-6", "site-3/dev-03")) {
        var labels = LabelSelector.parse(selector);
        List<String> expected =
            all.stream()
                .filter(series -> series.getName().startsWith(prefix))
                .filter(series -> labels.matches(series.getLabelsMap()))
                .map(Series::getName)
                .toList();

        assertThat(list(prefix, selector, 170).stream().map(Series::getName).toList())
            .as("%s of %s", selector, prefix)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void listsDevices() {
    var expected = new TreeMap<String, Integer>();
    for (Series series : list("", "", 1_000)) {
      expected.merge(series.getDevice(), 1, Integer::sum);
    }

    assertThat(devices("", 99)).isEqualTo(expected);
    assertThat(devices("site-2/", 100))
        .isEqualTo(new TreeMap<>(expected.subMap("site-2/", "site-20")));
    assertThat(devices("nothing", 0)).isEmpty();
  }

  private static List<Series> list(String prefix, String selector, int pageSize) {
    var found = new ArrayList<Series>();
    String token = "";
    do {
      ListSeriesResponse page =
          ingest
              .series()
              .listSeries(
                  ListSeriesRequest.newBuilder()
                      .setPrefix(prefix)
                      .setLabelSelector(selector)
                      .setPageSize(pageSize)
                      .setPageToken(token)
                      .build());
      found.addAll(page.getSeriesList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return found;
  }

  private static Map<String, Integer> devices(String prefix, int pageSize) {
    var found = new TreeMap<String, Integer>();
    String token = "";
    do {
      ListDevicesResponse page =
          ingest
              .series()
              .listDevices(
                  ListDevicesRequest.newBuilder()
                      .setPrefix(prefix)
                      .setPageSize(pageSize)
                      .setPageToken(token)
                      .build());
      for (Device device : page.getDevicesList()) {
        found.put(device.getDevice(), device.getSeriesCount());
      }
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return found;
  }
}
