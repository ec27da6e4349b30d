package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.health.HealthPart;
import dev.tidewatch.monitor.health.HealthScore;
import dev.tidewatch.monitor.health.HealthStore;
import dev.tidewatch.monitor.health.HealthStore.Filter;
import dev.tidewatch.monitor.health.HealthStore.ScoreCursor;
import dev.tidewatch.monitor.health.HealthStore.Subject;
import dev.tidewatch.monitor.health.HealthTrend;
import dev.tidewatch.monitor.health.SubjectKind;
import dev.tidewatch.proto.monitor.v1.GetHealthScoreRequest;
import dev.tidewatch.proto.monitor.v1.GetHealthScoreResponse;
import dev.tidewatch.proto.monitor.v1.GetHealthTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetHealthTrendResponse;
import dev.tidewatch.proto.monitor.v1.HealthPartKind;
import dev.tidewatch.proto.monitor.v1.HealthScoreServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListHealthScoresRequest;
import dev.tidewatch.proto.monitor.v1.ListHealthScoresResponse;
import dev.tidewatch.proto.monitor.v1.Trend;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scores over gRPC. Trends of single scores are over the last week, in parts of six hours. */
public final class HealthScoreApi extends HealthScoreServiceGrpc.HealthScoreServiceImplBase {
  private static final Duration TREND_WINDOW = Duration.ofDays(7);
  private static final Duration TREND_BUCKET = Duration.ofHours(6);
  private static final Duration BUCKET_DEFAULT = Duration.ofHours(1);
  private static final Duration BUCKET_MIN = Duration.ofMinutes(1);
  private static final int POINTS_MAX = 10_000;
  private static final double SCORE_BEST = 100;

  private final HealthStore store;
  private final InstantSource clock;

  /**
   * @param clock domain time
   */
  public HealthScoreApi(HealthStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public void getHealthScore(
      GetHealthScoreRequest request, StreamObserver<GetHealthScoreResponse> answer) {
    SubjectKind kind = kind(request.getKind()).orElseThrow(HealthScoreApi::noKind);
    String subject = TextField.require("subject", request.getSubject(), 1, 255);
    HealthScore score =
        store.newest(kind, subject).orElseThrow(() -> unknown(request.getKind(), subject));
    answer.onNext(
        GetHealthScoreResponse.newBuilder()
            .setHealthScore(write(score, trend(trends(List.of(score)), score)))
            .build());
    answer.onCompleted();
  }

  @Override
  public void listHealthScores(
      ListHealthScoresRequest request, StreamObserver<ListHealthScoresResponse> answer) {
    Optional<ScoreCursor> after =
        Paging.read(
            request.getPageToken(),
            "health-scores",
            3,
            parts ->
                new ScoreCursor(
                    Double.parseDouble(parts.get(0)),
                    SubjectKind.valueOf(parts.get(1)),
                    parts.get(2)));
    var filter =
        new Filter(
            kind(request.getKind()),
            Wire.text("subject_prefix", request.getSubjectPrefix()),
            request.getScoreMax() == 0 ? SCORE_BEST : request.getScoreMax());
    Page<HealthScore, ScoreCursor> page =
        store.page(filter, after, Paging.size(request.getPageSize()));
    Map<Subject, double[]> trends = trends(page.items());
    var response = ListHealthScoresResponse.newBuilder();
    page.items().forEach(score -> response.addHealthScores(write(score, trend(trends, score))));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(
                Paging.token("health-scores", next.score(), next.kind(), next.subject())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void getHealthTrend(
      GetHealthTrendRequest request, StreamObserver<GetHealthTrendResponse> answer) {
    SubjectKind kind = kind(request.getKind()).orElseThrow(HealthScoreApi::noKind);
    String subject = TextField.require("subject", request.getSubject(), 1, 255);
    var range = Wire.bounds("range", request.getRange());
    Duration bucket = Wire.duration(request.getBucket());
    if (bucket.isZero()) {
      bucket = BUCKET_DEFAULT;
    }
    if (bucket.compareTo(BUCKET_MIN) < 0) {
      throw InvalidArgument.field(
          "bucket", "is %s; it must be at least a minute".formatted(bucket));
    }
    if (Duration.between(range.from(), range.to()).dividedBy(bucket) > POINTS_MAX) {
      throw InvalidArgument.field(
          "range", "gives more than %d points; widen the bucket".formatted(POINTS_MAX));
    }
    List<HealthScore> points =
        store.points(new Subject(kind, subject), range.from(), range.to(), bucket);
    if (points.isEmpty() && store.newest(kind, subject).isEmpty()) {
      throw unknown(request.getKind(), subject);
    }
    Trend trend = trend(HealthTrend.of(points.stream().mapToDouble(HealthScore::score).toArray()));
    var response = GetHealthTrendResponse.newBuilder().setTrend(trend);
    points.forEach(point -> response.addPoints(write(point, Trend.TREND_UNSPECIFIED)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  private Map<Subject, double[]> trends(List<HealthScore> scores) {
    Instant now = clock.instant();
    return store.scores(
        scores.stream().map(HealthScoreApi::subject).toList(),
        now.minus(TREND_WINDOW),
        now,
        TREND_BUCKET);
  }

  private static Subject subject(HealthScore score) {
    return new Subject(score.kind(), score.subject());
  }

  private static Trend trend(Map<Subject, double[]> trends, HealthScore score) {
    return trend(HealthTrend.of(trends.getOrDefault(subject(score), new double[0])));
  }

  private static Trend trend(HealthTrend trend) {
    return switch (trend) {
      case UNKNOWN -> Trend.TREND_UNKNOWN;
      case IMPROVING -> Trend.TREND_IMPROVING;
      case STABLE -> Trend.TREND_STABLE;
      case DEGRADING -> Trend.TREND_DEGRADING;
    };
  }

  private static Optional<SubjectKind> kind(dev.tidewatch.proto.monitor.v1.SubjectKind kind) {
    return switch (kind) {
      case SUBJECT_KIND_UNSPECIFIED -> Optional.empty();
      case SUBJECT_KIND_MODEL -> Optional.of(SubjectKind.MODEL);
      case SUBJECT_KIND_SERIES -> Optional.of(SubjectKind.SERIES);
      case SUBJECT_KIND_DEVICE -> Optional.of(SubjectKind.DEVICE);
      case UNRECOGNIZED -> throw Wire.unknownEnum("kind");
    };
  }

  private static dev.tidewatch.proto.monitor.v1.HealthScore write(HealthScore score, Trend trend) {
    var message =
        dev.tidewatch.proto.monitor.v1.HealthScore.newBuilder()
            .setKindValue(score.kind().code())
            .setSubject(score.subject())
            .setScore(score.score())
            .setTrend(trend)
            .setRecommendation(score.recommendation())
            .setTime(Wire.time(score.time()));
    for (HealthPart part : score.parts()) {
      message.addParts(
          dev.tidewatch.proto.monitor.v1.HealthPart.newBuilder()
              .setKind(HealthPartKind.forNumber(part.kind().code()))
              .setScore(part.score())
              .setWeight(part.weight())
              .setReason(part.reason()));
    }
    return message.build();
  }

  private static InvalidArgument noKind() {
    return InvalidArgument.field("kind", "is missing; say whether a model, a series or a device");
  }

  private static NotFound unknown(dev.tidewatch.proto.monitor.v1.SubjectKind kind, String subject) {
    return new NotFound(
        "SUBJECT_UNKNOWN",
        "subject: nothing is known of %s '%s'; scores are made every few minutes"
            .formatted(
                switch (kind) {
                  case SUBJECT_KIND_MODEL -> "model";
                  case SUBJECT_KIND_DEVICE -> "device";
                  default -> "series";
                },
                subject));
  }
}
