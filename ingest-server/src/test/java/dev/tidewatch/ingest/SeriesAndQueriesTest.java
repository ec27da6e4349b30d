package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The catalogue, unary ingest and queries. */
final class SeriesAndQueriesTest {
  @SuppressWarnings("NullAway.Init")
  private static RunningIngest ingest;

  @BeforeAll
  static void start() {
    ingest = RunningIngest.start();
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void describesASeriesByItsNameUnlessToldOtherwise() {
    Series created =
        create(
            Series.newBuilder().setName("hq/ahu-1/supply").setUnit("Cel").putLabels("floor", "3"));
    assertThat(created.getDevice()).isEqualTo("hq/ahu-1");
    assertThat(created.getPoint()).isEqualTo("supply");
    assertThat(created.getSeriesId()).isPositive();
    assertThat(get("hq/ahu-1/supply")).isEqualTo(created);
  }

  @Test
  void refusesWhatIsNotASeries() {
    assertFails(
        () -> create(Series.newBuilder().setName("a//b")),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "series.name");
    assertFails(
        () -> create(Series.newBuilder().setName("x").setUnit("kWh")),
        Status.Code.INVALID_ARGUMENT,
        "UNIT_UNKNOWN",
        "kW.h");
    assertFails(
        () -> create(Series.newBuilder().setName("x").putLabels("1bad", "v")),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "series.labels");
    assertFails(
        () ->
            create(
                Series.newBuilder()
                    .setName("x")
                    .setValidation(Validation.newBuilder().setValueMin(2).setValueMax(1))),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "value_max");
    assertFails(
        () -> ingest.series().createSeries(CreateSeriesRequest.getDefaultInstance()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "series");
    create(Series.newBuilder().setName("taken"));
    assertFails(
        () -> create(Series.newBuilder().setName("taken")),
        Status.Code.ALREADY_EXISTS,
        "SERIES_EXISTS",
        "taken");
    assertFails(() -> get("nowhere"), Status.Code.NOT_FOUND, "SERIES_UNKNOWN", "nowhere");
  }

  @Test
  void changesOnlyWhatTheMaskNames() {
    Series created =
        create(Series.newBuilder().setName("mask/a").setUnit("Cel").setDisplayName("A"));
    Series changed =
        ingest
            .series()
            .updateSeries(
                UpdateSeriesRequest.newBuilder()
                    .setSeries(
                        Series.newBuilder()
                            .setName("mask/a")
                            .setUnit("K")
                            .setEtag(created.getEtag()))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("unit"))
                    .build())
            .getSeries();
    assertThat(changed.getUnit()).isEqualTo("K");
    assertThat(changed.getDisplayName()).isEqualTo("A");
    assertThat(changed.getEtag()).isNotEqualTo(created.getEtag());
    assertFails(
        () ->
            ingest
                .series()
                .updateSeries(UpdateSeriesRequest.newBuilder().setSeries(created).build()),
        Status.Code.ABORTED,
        "ETAG_STALE",
        "mask/a");
    assertFails(
        () ->
            ingest
                .series()
                .updateSeries(
                    UpdateSeriesRequest.newBuilder()
                        .setSeries(Series.newBuilder().setName("mask/a"))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("series_id"))
                        .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "update_mask");
  }

  @Test
  void appliesAChangedRuleToTheNextBatch() {
    ingest(column("rule/a", 0, 50));
    ingest
        .series()
        .updateSeries(
            UpdateSeriesRequest.newBuilder()
                .setSeries(
                    Series.newBuilder()
                        .setName("rule/a")
                        .setValidation(Validation.newBuilder().setValueMax(10)))
                .build());
    var response =
        ingest
            .ingest()
            .ingestReadings(
                IngestReadingsRequest.newBuilder().addColumns(column("rule/a", 1, 50, 5)).build());
    assertThat(response.getCounts().getAccepted()).isEqualTo(1);
    assertThat(response.getCounts().getRejected()).isEqualTo(1);
  }

  /** Reading the others of a batch in pushes out of memory what the batch had found there. */
  @Test
  void takesABatchOfMoreSeriesThanItHasInMemory() {
    try (var small = RunningIngest.start(Map.of("intake.series-in-memory-max", "4"))) {
      for (int batch = 0; batch < 6; batch++) {
        var request = IngestReadingsRequest.newBuilder().setRequestId(UUID.randomUUID().toString());
        for (int series = 0; series < 12; series++) {
          request.addColumns(column("many/" + (series + 5 * batch) % 16, batch, series));
        }
        var response = small.ingest().ingestReadings(request.build());
        assertThat(response.getRejectedList()).isEmpty();
        assertThat(response.getCounts().getAccepted()).isEqualTo(12);
      }
    }
  }

  @Test
  void pagesTheCatalogueInTheOrderOfNames() {
    for (int i = 0; i < 7; i++) {
      create(
          Series.newBuilder()
              .setName("page/" + (char) ('a' + i))
              .putLabels("parity", i % 2 == 0 ? "even" : "odd"));
    }
    assertThat(names(ListSeriesRequest.newBuilder().setPrefix("page/").setPageSize(3)))
        .containsExactly("page/a", "page/b", "page/c", "page/d", "page/e", "page/f", "page/g");
    assertThat(
            names(
                ListSeriesRequest.newBuilder()
                    .setPrefix("page/")
                    .setLabelSelector("parity=odd")
                    .setPageSize(2)))
        .containsExactly("page/b", "page/d", "page/f");
    assertThat(
            names(
                ListSeriesRequest.newBuilder()
                    .setPrefix("page/")
                    .setLabelSelector("parity notin (odd), parity")))
        .containsExactly("page/a", "page/c", "page/e", "page/g");
    assertFails(
        () -> ingest.series().listSeries(ListSeriesRequest.newBuilder().setPageSize(-1).build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "page_size");
    assertFails(
        () ->
            ingest
                .series()
                .listSeries(ListSeriesRequest.newBuilder().setPageToken("made up").build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "page_token");
  }

  private static List<String> names(ListSeriesRequest.Builder request) {
    var names = new ArrayList<String>();
    ListSeriesResponse page;
    do {
      page = ingest.series().listSeries(request.build());
      page.getSeriesList().forEach(series -> names.add(series.getName()));
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return names;
  }

  @Test
  void replaysAUnaryRequest() {
    var request =
        IngestReadingsRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .addColumns(column("unary/a", 0, 1, Double.NaN))
            .build();
    var first = ingest.ingest().ingestReadings(request);
    var again = ingest.ingest().ingestReadings(request);
    assertThat(first.getReplayed()).isFalse();
    assertThat(again.getReplayed()).isTrue();
    assertThat(again.toBuilder().setReplayed(false).build()).isEqualTo(first);
    assertFails(
        () ->
            ingest
                .ingest()
                .ingestReadings(request.toBuilder().addColumns(column("unary/a", 5, 5)).build()),
        Status.Code.FAILED_PRECONDITION,
        "REQUEST_CONFLICT",
        "request_id");
    assertFails(
        () -> ingest.ingest().ingestReadings(IngestReadingsRequest.getDefaultInstance()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "rows");
    assertFails(
        () -> ingest.ingest().ingestReadings(request.toBuilder().setRequestId("7").build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "request_id");
    assertFails(
        () ->
            ingest
                .ingest()
                .ingestReadings(
                    IngestReadingsRequest.newBuilder()
                        .addColumns(column("unary/a", 0, new double[10_001]))
                        .build()),
        Status.Code.INVALID_ARGUMENT,
        "BATCH_TOO_LARGE",
        "columns");
  }

  @Test
  void streamsLargeRangesInOrderAndResumesInTheMiddle() {
    double[] values = new double[5_000];
    for (int part = 0; part < 8; part++) {
      for (int i = 0; i < values.length; i++) {
        values[i] = part * 5_000 + i;
      }
      ingest(seconds("range/long", part * 5_000, values));
    }
    ingest(column("range/short", 0, 1, 2, 3));
    var request =
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix("range/"))
            .build();
    var whole = Readings.all(ingest.query(), request);
    assertThat(whole.get("range/long")).hasSize(40_000);
    assertThat(whole.get("range/short")).hasSize(3);

    Iterator<QueryReadingsResponse> answers = ingest.query().queryReadings(request);
    QueryReadingsResponse first = answers.next();
    ingest(column("range/short", 10, 99));
    long read = count(first);
    Iterator<QueryReadingsResponse> rest =
        ingest
            .query()
            .queryReadings(request.toBuilder().setResumeToken(first.getResumeToken()).build());
    while (rest.hasNext()) {
      QueryReadingsResponse next = rest.next();
      assertThat(next.getFeedPosition()).isEqualTo(first.getFeedPosition());
      read += count(next);
    }
    assertThat(read).isEqualTo(40_003);
  }

  private static long count(QueryReadingsResponse response) {
    return response.getColumnsList().stream().mapToLong(c -> c.getTimesMicrosCount()).sum();
  }

  private static SeriesReadings seconds(String series, int first, double... values) {
    var column = SeriesReadings.newBuilder().setSeries(series);
    for (int i = 0; i < values.length; i++) {
      column.addTimesMicros(minute(0) + (first + i) * Times.MICROS_PER_SECOND).addValues(values[i]);
    }
    return column.build();
  }

  @Test
  void cutsARangeAndCountsFromEitherEnd() {
    ingest(column("cut/a", 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    var request =
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().addNames("cut/a"));
    request.getRangeBuilder().setStartTime(time(minute(2))).setEndTime(time(minute(8)));
    assertThat(values(request)).containsExactly(2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
    request.setReadingsPerSeriesMax(2);
    assertThat(values(request)).containsExactly(2.0, 3.0);
    request.setNewest(true);
    assertThat(values(request)).containsExactly(6.0, 7.0);
    assertFails(
        () ->
            ingest
                .query()
                .queryReadings(
                    QueryReadingsRequest.newBuilder()
                        .setSelection(SeriesSelection.newBuilder().addNames("cut/none"))
                        .build())
                .next(),
        Status.Code.NOT_FOUND,
        "SERIES_UNKNOWN",
        "cut/none");
    assertFails(
        () -> ingest.query().queryReadings(QueryReadingsRequest.getDefaultInstance()).next(),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "selection");
    assertFails(
        () ->
            ingest.query().queryReadings(request.clone().setResumeToken("made up").build()).next(),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "resume_token");
  }

  private static java.util.Collection<Double> values(QueryReadingsRequest.Builder request) {
    return Readings.all(ingest.query(), request.build()).getOrDefault("cut/a", Map.of()).values();
  }

  @Test
  void findsTheLatestReadingOfManySeries() {
    ingest(column("latest/a", 0, 1, 2, 3), column("latest/b", 5, 7));
    var response =
        ingest
            .query()
            .getLatestReadings(
                GetLatestReadingsRequest.newBuilder()
                    .setSelection(
                        SeriesSelection.newBuilder()
                            .addNames("latest/b")
                            .addNames("latest/nothing")
                            .addNames("latest/a"))
                    .build());
    assertThat(response.getReadingsList())
        .extracting(Reading::getSeries, Reading::getValue)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("latest/a", 3.0),
            org.assertj.core.groups.Tuple.tuple("latest/b", 7.0));
    assertThat(response.getUnknownSeriesList()).containsExactly("latest/nothing");
    var earlier =
        ingest
            .query()
            .getLatestReadings(
                GetLatestReadingsRequest.newBuilder()
                    .setSelection(SeriesSelection.newBuilder().addNames("latest/a"))
                    .setAt(time(minute(1)))
                    .build());
    assertThat(earlier.getReadings(0).getValue()).isEqualTo(2.0);
  }

  @Test
  void readsWhatWasThereBeforeAReplacement() {
    var before = ingest(column("asof/a", 0, 1, 2));
    ingest(column("asof/a", 1, 20, 30));
    var request =
        QueryReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().addNames("asof/a"));
    assertThat(Readings.all(ingest.query(), request.build()).get("asof/a"))
        .isEqualTo(Map.of(minute(0), 1.0, minute(1), 20.0, minute(2), 30.0));
    request.getAsOfBuilder().setFeedPosition(before);
    assertThat(Readings.all(ingest.query(), request.build()).get("asof/a"))
        .isEqualTo(Map.of(minute(0), 1.0, minute(1), 2.0));
    request.getAsOfBuilder().setFeedPosition(before.toBuilder().setPosition(1_000_000));
    assertFails(
        () -> ingest.query().queryReadings(request.build()).next(),
        Status.Code.OUT_OF_RANGE,
        "AS_OF_AHEAD",
        "as_of");
  }

  private static com.google.protobuf.Timestamp time(long micros) {
    return com.google.protobuf.Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(micros, 1_000_000L))
        .build();
  }

  private static dev.tidewatch.proto.type.v1.FeedToken ingest(SeriesReadings... columns) {
    return ingest
        .ingest()
        .ingestReadings(IngestReadingsRequest.newBuilder().addAllColumns(List.of(columns)).build())
        .getFeedPosition();
  }

  private static Series create(Series.Builder series) {
    return ingest
        .series()
        .createSeries(CreateSeriesRequest.newBuilder().setSeries(series).build())
        .getSeries();
  }

  private static Series get(String name) {
    return ingest
        .series()
        .getSeries(GetSeriesRequest.newBuilder().setSeries(name).build())
        .getSeries();
  }

  private static void assertFails(
      ThrowingCallable call, Status.Code code, String reason, String named) {
    Refusal.of(call).is(code, reason).says(named);
  }
}
