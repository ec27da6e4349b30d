package dev.tidewatch.monitor.ingest;

import dev.tidewatch.monitor.SeriesShard;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.BucketColumn;
import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedHeartbeat;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusResponse;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityRequest;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.SeriesDataQuality;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * As much of ingest as the monitor calls, in memory and in process: the feed and range queries,
 * over real gRPC.
 */
public final class FakeIngest implements AutoCloseable {
  public static final int SHARDS = 16;

  private final Object lock = new Object();
  private final Map<String, TreeMap<Long, Double>> readings = new TreeMap<>();
  private final List<FeedBlock> blocks = new ArrayList<>();
  private final GrpcServer server;
  private long epoch = 7;
  private long oldest;
  private boolean closed;
  private final AtomicInteger latestAsked = new AtomicInteger();

  public FakeIngest() {
    var config =
        ConfigLoader.with(
            GrpcConfig.class, Map.of("host", "inproc:" + UUID.randomUUID(), "port", "0"));
    server =
        GrpcServer.builder(config, SecurityConfig.off(), Telemetry.disabled())
            .service(new Feed())
            .service(new Queries())
            .service(new Catalogue())
            .start();
  }

  public String target() {
    return server.target();
  }

  /** Stores readings in one commit, new ones and replacements. */
  public void store(String series, Map<Long, Double> timed) {
    synchronized (lock) {
      TreeMap<Long, Double> stored = readings.computeIfAbsent(series, name -> new TreeMap<>());
      var added = change(series, ReadingsChangeKind.READINGS_CHANGE_KIND_NEW);
      var replaced = change(series, ReadingsChangeKind.READINGS_CHANGE_KIND_REPLACED);
      timed.forEach((time, value) -> {
        var into = stored.put(time, value) == null ? added : replaced;
        into.addTimesMicros(time).addValues(value);
      });
      var section = section(series);
      for (var part : List.of(added, replaced)) {
        if (part.getTimesMicrosCount() > 0) {
          section.addReadings(part);
        }
      }
      commit(section);
    }
  }

  private static ReadingsChange.Builder change(String series, ReadingsChangeKind kind) {
    return ReadingsChange.newBuilder().setSeries(series).setKind(kind);
  }

  /** Deletes a half-open range. */
  public void delete(String series, long fromMicros, long toMicros) {
    synchronized (lock) {
      readings
          .computeIfAbsent(series, name -> new TreeMap<>())
          .subMap(fromMicros, toMicros)
          .clear();
      commit(
          section(series)
              .addDeletions(
                  ReadingsDeletion.newBuilder()
                      .setSeries(series)
                      .setStartTime(timestamp(fromMicros))
                      .setEndTime(timestamp(toMicros))));
    }
  }

  public void deleteSeries(String series) {
    synchronized (lock) {
      readings.remove(series);
      commit(
          section(series)
              .addSeries(
                  SeriesChange.newBuilder()
                      .setKind(SeriesChangeKind.SERIES_CHANGE_KIND_DELETED)
                      .setSeries(Series.newBuilder().setName(series))));
    }
  }

  /** Forgets all blocks; who has not read them yet cannot go on. */
  public void expireBlocks() {
    synchronized (lock) {
      oldest = blocks.size();
    }
  }

  /** As after a restore from a backup: positions begin again. */
  public void beginNewLife() {
    synchronized (lock) {
      epoch++;
      blocks.clear();
      oldest = 0;
      lock.notifyAll();
    }
  }

  public FeedToken head() {
    synchronized (lock) {
      return FeedToken.newBuilder().setEpoch(epoch).setPosition(blocks.size()).build();
    }
  }

  /** All readings of a series as they are now. */
  public ReadingColumns columns(String series) {
    synchronized (lock) {
      var columns = ReadingColumns.builder();
      readings.getOrDefault(series, new TreeMap<>()).forEach(columns::add);
      return columns.build();
    }
  }

  private static ShardSection.Builder section(String series) {
    return ShardSection.newBuilder().setShard(SeriesShard.of(series, SHARDS));
  }

  private void commit(ShardSection.Builder section) {
    blocks.add(
        FeedBlock.newBuilder()
            .setFeedPosition(FeedToken.newBuilder().setEpoch(epoch).setPosition(blocks.size() + 1L))
            .addSections(section)
            .build());
    lock.notifyAll();
  }

  private static com.google.protobuf.Timestamp timestamp(long micros) {
    var time = Times.toInstant(micros);
    return com.google.protobuf.Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    server.close();
  }

  private final class Feed extends FeedServiceGrpc.FeedServiceImplBase {
    @Override
    public void getFeedStatus(
        GetFeedStatusRequest request, StreamObserver<GetFeedStatusResponse> answer) {
      answer.onNext(
          GetFeedStatusResponse.newBuilder().setHead(head()).setShardCount(SHARDS).build());
      answer.onCompleted();
    }

    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<SubscribeResponse> answer) {
      synchronized (lock) {
        if (request.getAfter().getPosition() < oldest || request.getAfter().getEpoch() != epoch) {
          throw new OutOfRange("FEED_TOKEN_EXPIRED", "after: no longer kept");
        }
      }
      var observer = (ServerCallStreamObserver<SubscribeResponse>) answer;
      observer.setOnCancelHandler(() -> {});
      Thread.ofVirtual().start(() -> send(request, observer));
    }

    private void send(
        SubscribeRequest request, ServerCallStreamObserver<SubscribeResponse> observer) {
      long position = request.getAfter().getPosition();
      long life = request.getAfter().getEpoch();
      while (!observer.isCancelled()) {
        SubscribeResponse next;
        synchronized (lock) {
          if (closed || life != epoch) {
            observer.onError(new OutOfRange("FEED_TOKEN_EXPIRED", "after: another life"));
            return;
          }
          if (position < blocks.size()) {
            FeedBlock block = blocks.get((int) position++);
            if (!request.getShardsList().contains(block.getSections(0).getShard())) {
              continue;
            }
            next = SubscribeResponse.newBuilder().setBlock(block).build();
          } else {
            next =
                SubscribeResponse.newBuilder()
                    .setHeartbeat(
                        FeedHeartbeat.newBuilder()
                            .setThrough(head().toBuilder().setPosition(position))
                            .setHead(head()))
                    .build();
            try {
              lock.wait(20);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return;
            }
          }
        }
        observer.onNext(next);
      }
    }
  }

  /** How often the newest readings were asked for. */
  public int latestAsked() {
    return latestAsked.get();
  }

  private final class Catalogue extends SeriesServiceGrpc.SeriesServiceImplBase {
    @Override
    public void listSeries(ListSeriesRequest request, StreamObserver<ListSeriesResponse> answer) {
      var response = ListSeriesResponse.newBuilder();
      synchronized (lock) {
        response.setFeedPosition(head());
        readings.keySet().stream()
            .filter(name -> name.startsWith(request.getPrefix()))
            .forEach(name ->
                response.addSeries(
                    Series.newBuilder()
                        .setName(name)
                        .setDevice(name.substring(0, Math.max(0, name.lastIndexOf('/'))))));
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }
  }

  private final class Queries extends QueryServiceGrpc.QueryServiceImplBase {
    @Override
    public void queryReadings(
        QueryReadingsRequest request, StreamObserver<QueryReadingsResponse> answer) {
      var response = QueryReadingsResponse.newBuilder();
      synchronized (lock) {
        response.setFeedPosition(head());
        for (String name : request.getSelection().getNamesList().stream().sorted().toList()) {
          TreeMap<Long, Double> stored = readings.get(name);
          if (stored == null) {
            throw new NotFound("SERIES_UNKNOWN", "selection.names: no series " + name)
                .with("series", name);
          }
          var columns = SeriesReadings.newBuilder().setSeries(name);
          stored
              .subMap(
                  micros(request.getRange().getStartTime()),
                  micros(request.getRange().getEndTime()))
              .forEach((time, value) -> columns.addTimesMicros(time).addValues(value));
          response.addColumns(columns);
        }
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }

    @Override
    public void getLatestReadings(
        GetLatestReadingsRequest request, StreamObserver<GetLatestReadingsResponse> answer) {
      latestAsked.incrementAndGet();
      var response = GetLatestReadingsResponse.newBuilder();
      synchronized (lock) {
        response.setFeedPosition(head());
        for (String name : request.getSelection().getNamesList()) {
          var newest = readings.getOrDefault(name, new TreeMap<>()).lastEntry();
          if (newest != null) {
            response.addReadings(
                Reading.newBuilder()
                    .setSeries(name)
                    .setTime(timestamp(newest.getKey()))
                    .setValue(newest.getValue()));
          }
        }
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }

    /** Counts alone. */
    @Override
    public void aggregateReadings(
        AggregateReadingsRequest request, StreamObserver<AggregateReadingsResponse> answer) {
      var response = AggregateReadingsResponse.newBuilder();
      long bucket = request.getBucket().getSeconds() * Times.MICROS_PER_SECOND;
      synchronized (lock) {
        response.setFeedPosition(head());
        for (String name : request.getSelection().getNamesList()) {
          var counts = new TreeMap<Long, Double>();
          readings
              .getOrDefault(name, new TreeMap<>())
              .subMap(
                  micros(request.getRange().getStartTime()),
                  micros(request.getRange().getEndTime()))
              .keySet()
              .forEach(
                  time -> counts.merge(Math.floorDiv(time, bucket) * bucket, 1.0, Double::sum));
          response.addSeries(
              SeriesBuckets.newBuilder()
                  .setSeries(name)
                  .addAllStartMicros(counts.keySet())
                  .addColumns(BucketColumn.newBuilder().addAllValues(counts.values())));
        }
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }

    /** The interval alone: the smallest distance of two readings of the range. */
    @Override
    public void reportDataQuality(
        ReportDataQualityRequest request, StreamObserver<ReportDataQualityResponse> answer) {
      var response = ReportDataQualityResponse.newBuilder();
      synchronized (lock) {
        for (String name : request.getSelection().getNamesList()) {
          var quality = SeriesDataQuality.newBuilder().setSeries(name);
          List<Long> times =
              List.copyOf(
                  readings
                      .getOrDefault(name, new TreeMap<>())
                      .subMap(
                          micros(request.getRange().getStartTime()),
                          micros(request.getRange().getEndTime()))
                      .keySet());
          long least = Long.MAX_VALUE;
          for (int i = 1; i < times.size(); i++) {
            least = Math.min(least, times.get(i) - times.get(i - 1));
          }
          if (times.size() > 1) {
            quality.setInterval(
                com.google.protobuf.Duration.newBuilder().setSeconds(least / 1_000_000));
          }
          response.addSeries(quality);
        }
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }

    private long micros(com.google.protobuf.Timestamp time) {
      return Times.toMicros(time.getSeconds(), time.getNanos());
    }
  }
}
