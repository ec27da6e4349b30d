package dev.tidewatch.inference.testing;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.CheckpointConsumerRequest;
import dev.tidewatch.proto.ingest.v1.CheckpointConsumerResponse;
import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedHeartbeat;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesResponse;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ReadingsDeletion;
import dev.tidewatch.proto.ingest.v1.RegisterConsumerRequest;
import dev.tidewatch.proto.ingest.v1.RegisterConsumerResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Ingest in memory: readings by series, a feed of what was appended. */
public final class FakeIngest implements AutoCloseable {
  private static final int SHARDS = 16;

  private final TreeMap<String, TreeMap<Long, Double>> readings = new TreeMap<>();
  private final List<FeedBlock> blocks = new ArrayList<>();
  private final FakeServer server =
      new FakeServer(new Queries(), new Catalog(), new FeedOfBlocks());
  private long epoch = 7;
  private long released;
  private long oldest;
  private int queries;

  public String target() {
    return server.target();
  }

  public void stop() {
    server.stop();
  }

  public void start() {
    server.start();
  }

  /** Stores readings in one commit; returns its position. */
  public synchronized long append(String series, ReadingColumns columns, String traceparent) {
    var change =
        ReadingsChange.newBuilder()
            .setSeries(series)
            .setKind(ReadingsChangeKind.READINGS_CHANGE_KIND_NEW)
            .setTraceparent(traceparent);
    var stored = readings.computeIfAbsent(series, s -> new TreeMap<>());
    for (int row = 0; row < columns.size(); row++) {
      stored.put(columns.timeMicros(row), columns.value(row));
      change.addTimesMicros(columns.timeMicros(row)).addValues(columns.value(row));
    }
    return commit(ShardSection.newBuilder().setShard(shard(series)).addReadings(change).build());
  }

  public long append(String series, ReadingColumns columns) {
    return append(series, columns, "");
  }

  private synchronized long commit(ShardSection section) {
    long position = blocks.size() + 1L;
    blocks.add(
        FeedBlock.newBuilder().setFeedPosition(token(position)).addSections(section).build());
    notifyAll();
    return position;
  }

  /** A commit that changes nothing of interest. */
  public long appendNothing() {
    return commit(ShardSection.newBuilder().setShard(0).build());
  }

  /** Deletes a half-open range in one commit. */
  public synchronized long delete(String series, Instant from, Instant to) {
    var stored = readings.get(series);
    if (stored != null) {
      stored.subMap(Times.toMicros(from), Times.toMicros(to)).clear();
    }
    return commit(
        ShardSection.newBuilder()
            .setShard(shard(series))
            .addDeletions(
                ReadingsDeletion.newBuilder()
                    .setSeries(series)
                    .setStartTime(timestamp(from))
                    .setEndTime(timestamp(to)))
            .build());
  }

  public synchronized long deleteSeries(String series) {
    readings.remove(series);
    return commit(
        ShardSection.newBuilder()
            .setShard(shard(series))
            .addSeries(
                SeriesChange.newBuilder()
                    .setKind(SeriesChangeKind.SERIES_CHANGE_KIND_DELETED)
                    .setSeries(Series.newBuilder().setName(series)))
            .build());
  }

  /** As after a restore from an empty backup: other readings, and positions begin again. */
  public synchronized void beginNewLife() {
    epoch++;
    blocks.clear();
    readings.clear();
    oldest = 0;
    notifyAll();
  }

  public synchronized long epoch() {
    return epoch;
  }

  /** What a series held once the blocks up to a position were stored; null: it was not there. */
  private @Nullable NavigableMap<Long, Double> asOf(String series, long position) {
    NavigableMap<Long, Double> stored = null;
    for (FeedBlock block : blocks.subList(0, (int) position)) {
      for (ShardSection section : block.getSectionsList()) {
        for (ReadingsDeletion deletion : section.getDeletionsList()) {
          if (stored != null && deletion.getSeries().equals(series)) {
            stored.subMap(micros(deletion.getStartTime()), micros(deletion.getEndTime())).clear();
          }
        }
        for (ReadingsChange change : section.getReadingsList()) {
          if (change.getSeries().equals(series)) {
            stored = stored == null ? new TreeMap<>() : stored;
            for (int i = 0; i < change.getValuesCount(); i++) {
              stored.put(change.getTimesMicros(i), change.getValues(i));
            }
          }
        }
      }
    }
    return stored;
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }

  /** Blocks up to here are no longer kept. */
  public synchronized void forgetThrough(long position) {
    oldest = position;
  }

  /** Newest position that the consumer of this server has released. */
  public synchronized long released() {
    return released;
  }

  public synchronized int queries() {
    return queries;
  }

  public synchronized long head() {
    return blocks.size();
  }

  private synchronized FeedToken token(long position) {
    return FeedToken.newBuilder().setEpoch(epoch).setPosition(position).build();
  }

  /** 64-bit FNV-1a of the name, modulo the shards. */
  private static int shard(String series) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : series.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return (int) Long.remainderUnsigned(hash, SHARDS);
  }

  private static long micros(Timestamp time) {
    return Times.toMicros(time.getSeconds(), time.getNanos());
  }

  private static StatusRuntimeException seriesUnknown(String name) {
    var error = new NotFound("SERIES_UNKNOWN", "no series " + name);
    return Status.NOT_FOUND.withDescription(error.getMessage()).asRuntimeException(details(error));
  }

  private static Metadata details(NotFound error) {
    var trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.NOT_FOUND.value())
            .addDetails(
                com.google.protobuf.Any.pack(
                    com.google.rpc.ErrorInfo.newBuilder().setReason(error.reason()).build()))
            .build()
            .toByteArray());
    return trailers;
  }

  private final class Queries extends QueryServiceGrpc.QueryServiceImplBase {
    @Override
    public void queryReadings(
        QueryReadingsRequest request, StreamObserver<QueryReadingsResponse> responses) {
      synchronized (FakeIngest.this) {
        queries++;
        String series = request.getSelection().getNames(0);
        long at =
            request.getAsOf().hasFeedPosition()
                ? request.getAsOf().getFeedPosition().getPosition()
                : blocks.size();
        NavigableMap<Long, Double> stored =
            at == blocks.size() ? readings.get(series) : asOf(series, at);
        if (stored == null) {
          responses.onError(seriesUnknown(series));
          return;
        }
        var columns = SeriesReadings.newBuilder().setSeries(series);
        stored
            .subMap(
                micros(request.getRange().getStartTime()), micros(request.getRange().getEndTime()))
            .forEach((time, value) -> columns.addTimesMicros(time).addValues(value));
        responses.onNext(
            QueryReadingsResponse.newBuilder()
                .setFeedPosition(token(at))
                .addColumns(columns)
                .build());
        responses.onCompleted();
      }
    }

    @Override
    public void getLatestReadings(
        GetLatestReadingsRequest request, StreamObserver<GetLatestReadingsResponse> responses) {
      synchronized (FakeIngest.this) {
        String series = request.getSelection().getNames(0);
        var response = GetLatestReadingsResponse.newBuilder();
        TreeMap<Long, Double> stored = readings.get(series);
        if (stored == null) {
          response.addUnknownSeries(series);
        } else {
          Map.Entry<Long, Double> newest = stored.floorEntry(micros(request.getAt()));
          if (newest != null) {
            long seconds = Math.floorDiv(newest.getKey(), 1_000_000L);
            int nanos = (int) Math.floorMod(newest.getKey(), 1_000_000L) * 1_000;
            response.addReadings(
                Reading.newBuilder()
                    .setSeries(series)
                    .setTime(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos))
                    .setValue(newest.getValue()));
          }
        }
        responses.onNext(response.build());
        responses.onCompleted();
      }
    }
  }

  private final class Catalog extends SeriesServiceGrpc.SeriesServiceImplBase {
    @Override
    public void listSeries(
        ListSeriesRequest request, StreamObserver<ListSeriesResponse> responses) {
      synchronized (FakeIngest.this) {
        var response = ListSeriesResponse.newBuilder();
        readings.keySet().stream()
            .filter(name -> name.startsWith(request.getPrefix()))
            .forEach(name -> response.addSeries(Series.newBuilder().setName(name)));
        responses.onNext(response.build());
        responses.onCompleted();
      }
    }

    @Override
    public void getSeries(GetSeriesRequest request, StreamObserver<GetSeriesResponse> responses) {
      responses.onNext(
          GetSeriesResponse.newBuilder()
              .setSeries(Series.newBuilder().setName(request.getSeries()))
              .build());
      responses.onCompleted();
    }
  }

  private final class FeedOfBlocks extends FeedServiceGrpc.FeedServiceImplBase {
    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<SubscribeResponse> observer) {
      var responses = (ServerCallStreamObserver<SubscribeResponse>) observer;
      responses.setOnCancelHandler(() -> {
        synchronized (FakeIngest.this) {
          FakeIngest.this.notifyAll();
        }
      });
      var shards = new HashSet<>(request.getShardsList());
      Thread.ofVirtual()
          .start(() -> {
            try {
              send(request, responses, shards);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } catch (StatusRuntimeException e) {
              responses.onError(e);
            }
          });
    }

    private void send(
        SubscribeRequest request,
        ServerCallStreamObserver<SubscribeResponse> responses,
        Set<Integer> shards)
        throws InterruptedException {
      long sent;
      long life;
      synchronized (FakeIngest.this) {
        sent = request.getFromHead() ? head() : request.getAfter().getPosition();
        life = request.hasAfter() ? request.getAfter().getEpoch() : epoch;
      }
      while (!responses.isCancelled()) {
        List<FeedBlock> fresh;
        synchronized (FakeIngest.this) {
          if (sent < oldest || life != epoch) {
            throw Status.OUT_OF_RANGE.withDescription("FEED_TOKEN_EXPIRED").asRuntimeException();
          }
          if (sent >= blocks.size()) {
            FakeIngest.this.wait(50);
          }
          if (life != epoch) {
            continue;
          }
          fresh = List.copyOf(blocks.subList((int) sent, blocks.size()));
        }
        for (FeedBlock block : fresh) {
          sent = block.getFeedPosition().getPosition();
          boolean concerns =
              shards.isEmpty()
                  || block.getSectionsList().stream().anyMatch(s -> shards.contains(s.getShard()));
          if (concerns && !responses.isCancelled()) {
            responses.onNext(SubscribeResponse.newBuilder().setBlock(block).build());
          }
        }
        if (fresh.isEmpty() && !responses.isCancelled()) {
          responses.onNext(
              SubscribeResponse.newBuilder()
                  .setHeartbeat(
                      FeedHeartbeat.newBuilder().setThrough(token(sent)).setHead(token(sent)))
                  .build());
        }
      }
    }

    @Override
    public void registerConsumer(
        RegisterConsumerRequest request, StreamObserver<RegisterConsumerResponse> responses) {
      responses.onNext(RegisterConsumerResponse.getDefaultInstance());
      responses.onCompleted();
    }

    @Override
    public void checkpointConsumer(
        CheckpointConsumerRequest request, StreamObserver<CheckpointConsumerResponse> responses) {
      synchronized (FakeIngest.this) {
        released = Math.max(released, request.getThrough().getPosition());
      }
      responses.onNext(CheckpointConsumerResponse.getDefaultInstance());
      responses.onCompleted();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
