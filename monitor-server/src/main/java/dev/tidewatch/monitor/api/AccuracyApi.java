package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.accuracy.AccuracyBucket;
import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.accuracy.AccuracyTrend;
import dev.tidewatch.monitor.accuracy.AccuracyTrendQuestion;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.monitor.accuracy.ResidualChange;
import dev.tidewatch.monitor.accuracy.ResidualChangeSource;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.AccuracyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyResponse;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyResponse;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendResponse;
import dev.tidewatch.proto.monitor.v1.IntervalFigures;
import dev.tidewatch.proto.monitor.v1.Trend;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Accuracy over gRPC. */
public final class AccuracyApi extends AccuracyServiceGrpc.AccuracyServiceImplBase {
  private final AccuracyStore store;
  private final ComparisonApi comparisons;
  private final ResidualChangeSource changes;
  private final InstantSource clock;

  /**
   * @param clock domain time
   */
  public AccuracyApi(
      AccuracyStore store,
      ComparisonStore comparisons,
      ResidualChangeSource changes,
      InstantSource clock) {
    this.store = store;
    this.comparisons = new ComparisonApi(comparisons);
    this.changes = changes;
    this.clock = clock;
  }

  /** The window stays the same from page to page, though time goes on. */
  private record PageStart(Instant from, Instant to, int skipped) {}

  @Override
  public void getAccuracy(GetAccuracyRequest request, StreamObserver<GetAccuracyResponse> answer) {
    int size = Paging.size(request.getPageSize());
    PageStart start =
        Paging.read(
                request.getPageToken(),
                "accuracy",
                3,
                parts ->
                    new PageStart(
                        Instant.parse(parts.get(0)),
                        Instant.parse(parts.get(1)),
                        Integer.parseUnsignedInt(parts.get(2))))
            .orElseGet(() -> firstPage(request));
    List<AccuracyGroup> groups =
        store.answer(
            new AccuracyQuestion(
                PredictionMessages.filter(request.getFilter()),
                start.from(),
                start.to(),
                dimensions(request),
                start.skipped(),
                size));
    var response = GetAccuracyResponse.newBuilder().setWindow(Wire.range(start.from(), start.to()));
    groups.stream().limit(size).forEach(group -> response.addGroups(write(group)));
    if (groups.size() > size) {
      response.setNextPageToken(
          Paging.token("accuracy", start.from(), start.to(), start.skipped() + size));
    }
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void compareAccuracy(
      CompareAccuracyRequest request, StreamObserver<CompareAccuracyResponse> answer) {
    answer.onNext(comparisons.compare(request));
    answer.onCompleted();
  }

  @Override
  public void getAccuracyTrend(
      GetAccuracyTrendRequest request, StreamObserver<GetAccuracyTrendResponse> answer) {
    var range = Wire.bounds("range", request.getRange());
    PredictionFilter filter = PredictionMessages.filter(request.getFilter());
    List<AccuracyBucket> buckets =
        store.trend(
            new AccuracyTrendQuestion(
                filter, range.from(), range.to(), Wire.duration(request.getBucket())));
    var response =
        GetAccuracyTrendResponse.newBuilder()
            .setTrend(
                switch (AccuracyTrend.of(buckets)) {
                  case UNKNOWN -> Trend.TREND_UNKNOWN;
                  case IMPROVING -> Trend.TREND_IMPROVING;
                  case STABLE -> Trend.TREND_STABLE;
                  case DEGRADING -> Trend.TREND_DEGRADING;
                });
    for (AccuracyBucket bucket : buckets) {
      response.addBuckets(
          dev.tidewatch.proto.monitor.v1.AccuracyBucket.newBuilder()
              .setStart(Wire.time(bucket.start()))
              .setFigures(write(bucket.figures())));
    }
    for (ResidualChange change : changes.between(filter, range.from(), range.to())) {
      response.addChanges(
          dev.tidewatch.proto.monitor.v1.ResidualChange.newBuilder()
              .setTime(Wire.time(change.time()))
              .setTest(change.test())
              .setBefore(change.before())
              .setAfter(change.after()));
    }
    answer.onNext(response.build());
    answer.onCompleted();
  }

  private PageStart firstPage(GetAccuracyRequest request) {
    return switch (request.getWindowCase()) {
      case TRAILING -> {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        yield new PageStart(now.minus(Wire.duration(request.getTrailing())), now, 0);
      }
      case RANGE -> {
        TimeSpan span = Wire.span("range", request.getRange());
        yield new PageStart(
            span.from().orElseThrow(() -> missing("range.from")),
            span.to().orElseThrow(() -> missing("range.to")),
            0);
      }
      case WINDOW_NOT_SET -> throw missing("window");
    };
  }

  private static InvalidArgument missing(String field) {
    return InvalidArgument.field(field, "is missing; give trailing, or range with both bounds");
  }

  private static Set<AccuracyDimension> dimensions(GetAccuracyRequest request) {
    var dimensions = EnumSet.noneOf(AccuracyDimension.class);
    for (var dimension : request.getGroupByList()) {
      dimensions.add(
          switch (dimension) {
            case ACCURACY_DIMENSION_SERIES -> AccuracyDimension.SERIES;
            case ACCURACY_DIMENSION_VERSION -> AccuracyDimension.VERSION;
            case ACCURACY_DIMENSION_ROLE -> AccuracyDimension.ROLE;
            case ACCURACY_DIMENSION_STEP -> AccuracyDimension.STEP;
            case ACCURACY_DIMENSION_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknownEnum("group_by");
          });
    }
    return dimensions;
  }

  private static dev.tidewatch.proto.monitor.v1.AccuracyGroup write(AccuracyGroup group) {
    var message =
        dev.tidewatch.proto.monitor.v1.AccuracyGroup.newBuilder()
            .setFigures(write(group.figures()));
    group.series().ifPresent(message::setSeries);
    group
        .version()
        .ifPresent(version -> message.setModel(version.model()).setVersion(version.version()));
    group.role().ifPresent(role -> message.setRole(Wire.role(role)));
    group.step().ifPresent(message::setStep);
    return message.build();
  }

  static dev.tidewatch.proto.monitor.v1.AccuracyFigures write(AccuracyFigures figures) {
    var message =
        dev.tidewatch.proto.monitor.v1.AccuracyFigures.newBuilder()
            .setPairs(figures.pairs())
            .setPending(figures.pending())
            .setMissing(figures.missing())
            .setMapeZeros(figures.mapeZeros());
    figures.mae().ifPresent(message::setMae);
    figures.rmse().ifPresent(message::setRmse);
    figures.mape().ifPresent(message::setMape);
    figures.smape().ifPresent(message::setSmape);
    figures.mase().ifPresent(message::setMase);
    figures.bias().ifPresent(message::setBias);
    figures.direction().ifPresent(message::setDirection);
    figures.pinball().ifPresent(message::setPinball);
    figures.skill().ifPresent(message::setSkill);
    figures.cvRmse().ifPresent(message::setCvRmse);
    figures.wape().ifPresent(message::setWape);
    for (AccuracyFigures.IntervalFigures interval : figures.intervals()) {
      message.addIntervals(
          IntervalFigures.newBuilder()
              .setLevel(interval.level())
              .setPairs(interval.pairs())
              .setCoverage(interval.coverage())
              .setWidth(interval.width())
              .setScore(interval.score()));
    }
    return message.build();
  }
}
