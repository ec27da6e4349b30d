package dev.tidewatch.trainer;

import com.google.protobuf.ByteString;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.registry.v1.Alias;
import dev.tidewatch.proto.registry.v1.AliasMove;
import dev.tidewatch.proto.registry.v1.AliasServiceGrpc;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ArtifactServiceGrpc;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.AttachEvidenceResponse;
import dev.tidewatch.proto.registry.v1.Chunk;
import dev.tidewatch.proto.registry.v1.CreateModelRequest;
import dev.tidewatch.proto.registry.v1.CreateModelResponse;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.CreateModelVersionResponse;
import dev.tidewatch.proto.registry.v1.CreateRunRequest;
import dev.tidewatch.proto.registry.v1.CreateRunResponse;
import dev.tidewatch.proto.registry.v1.DownloadArtifactRequest;
import dev.tidewatch.proto.registry.v1.DownloadArtifactResponse;
import dev.tidewatch.proto.registry.v1.FinishRunRequest;
import dev.tidewatch.proto.registry.v1.FinishRunResponse;
import dev.tidewatch.proto.registry.v1.GetModelRequest;
import dev.tidewatch.proto.registry.v1.GetModelResponse;
import dev.tidewatch.proto.registry.v1.GetModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetModelVersionResponse;
import dev.tidewatch.proto.registry.v1.ListAliasesRequest;
import dev.tidewatch.proto.registry.v1.ListAliasesResponse;
import dev.tidewatch.proto.registry.v1.ListEvidenceRequest;
import dev.tidewatch.proto.registry.v1.ListEvidenceResponse;
import dev.tidewatch.proto.registry.v1.ListModelVersionsRequest;
import dev.tidewatch.proto.registry.v1.ListModelVersionsResponse;
import dev.tidewatch.proto.registry.v1.LogRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.LogRunMetricsResponse;
import dev.tidewatch.proto.registry.v1.Model;
import dev.tidewatch.proto.registry.v1.ModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.MoveAliasesRequest;
import dev.tidewatch.proto.registry.v1.MoveAliasesResponse;
import dev.tidewatch.proto.registry.v1.Run;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.proto.registry.v1.UpdateRunRequest;
import dev.tidewatch.proto.registry.v1.UpdateRunResponse;
import dev.tidewatch.proto.registry.v1.UploadArtifactRequest;
import dev.tidewatch.proto.registry.v1.UploadArtifactResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * As much of ingest and registry as a training talks to, in memory on a loopback port; remembers
 * what it was told.
 */
final class FakePlatform implements AutoCloseable {
  static final FeedToken SNAPSHOT = FeedToken.newBuilder().setEpoch(3).setPosition(77).build();

  final Map<String, ReadingColumns> readings = new ConcurrentHashMap<>();
  final List<QueryReadingsRequest> queries = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Model> models = new ConcurrentSkipListMap<>();
  final List<CreateRunRequest> runs = Collections.synchronizedList(new ArrayList<>());
  final List<FinishRunRequest> finished = Collections.synchronizedList(new ArrayList<>());
  final List<byte[]> uploads = Collections.synchronizedList(new ArrayList<>());
  final List<CreateModelVersionRequest> versions = Collections.synchronizedList(new ArrayList<>());
  final Map<String, Alias> aliases = new ConcurrentSkipListMap<>();
  final Map<String, Double> points = new ConcurrentHashMap<>();
  final Map<String, String> runTags = new ConcurrentHashMap<>();
  final List<AttachEvidenceRequest> evidence = Collections.synchronizedList(new ArrayList<>());
  volatile boolean refusesUploads;

  /** Queries are answered once it is open. */
  volatile CountDownLatch queriesPass = new CountDownLatch(0);

  /** Runs can be begun and ended, and nothing be said of them meanwhile. */
  volatile boolean forgetsRuns;

  private final Server server;
  private final Tidewatch client;

  /**
   * @param more services beside ingest's and registry's
   */
  FakePlatform(BindableService... more) {
    try {
      var builder =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(new Queries())
              .addService(new Models())
              .addService(new Runs())
              .addService(new Artifacts())
              .addService(new Aliases());
      List.of(more).forEach(builder::addService);
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var here = new Endpoint("127.0.0.1", server.getPort());
    client =
        Tidewatch.connect(Connection.toHost("127.0.0.1").withEndpoints(here, here, here, here));
  }

  Tidewatch client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> void answer(StreamObserver<T> observer, T message) {
    observer.onNext(message);
    observer.onCompleted();
  }

  private final class Queries extends QueryServiceGrpc.QueryServiceImplBase {
    @Override
    public void getLatestReadings(
        GetLatestReadingsRequest request, StreamObserver<GetLatestReadingsResponse> out) {
      answer(out, latest());
    }

    @Override
    public void queryReadings(
        QueryReadingsRequest request, StreamObserver<QueryReadingsResponse> out) {
      queries.add(request);
      try {
        queriesPass.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      String name = request.getSelection().getNames(0);
      ReadingColumns columns = readings.getOrDefault(name, ReadingColumns.empty());
      var message = SeriesReadings.newBuilder().setSeries(name);
      TimeRange range = request.getRange();
      long from = range.hasStartTime() ? ProtoTimes.micros(range.getStartTime()) : Long.MIN_VALUE;
      long to = range.hasEndTime() ? ProtoTimes.micros(range.getEndTime()) : Long.MAX_VALUE;
      for (int row = 0; row < columns.size(); row++) {
        if (from <= columns.timeMicros(row) && columns.timeMicros(row) < to) {
          message.addTimesMicros(columns.timeMicros(row)).addValues(columns.value(row));
        }
      }
      answer(
          out,
          QueryReadingsResponse.newBuilder().setFeedPosition(SNAPSHOT).addColumns(message).build());
    }
  }

  private static GetLatestReadingsResponse latest() {
    return GetLatestReadingsResponse.newBuilder().setFeedPosition(SNAPSHOT).build();
  }

  private final class Models extends ModelServiceGrpc.ModelServiceImplBase {
    @Override
    public void attachEvidence(
        AttachEvidenceRequest request, StreamObserver<AttachEvidenceResponse> out) {
      evidence.add(request);
      answer(out, AttachEvidenceResponse.newBuilder().setEvidence(request.getEvidence()).build());
    }

    @Override
    public void listEvidence(
        ListEvidenceRequest request, StreamObserver<ListEvidenceResponse> out) {
      var attached = ListEvidenceResponse.newBuilder();
      synchronized (evidence) {
        evidence.stream()
            .filter(one -> one.getVersion().equals(request.getVersion()))
            .forEach(one -> attached.addEvidence(one.getEvidence()));
      }
      answer(out, attached.build());
    }

    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> out) {
      Model model = models.get(request.getModel());
      if (model == null) {
        out.onError(Status.NOT_FOUND.asRuntimeException());
      } else {
        answer(out, GetModelResponse.newBuilder().setModel(model).build());
      }
    }

    @Override
    public void createModel(CreateModelRequest request, StreamObserver<CreateModelResponse> out) {
      var model =
          Model.newBuilder().setModel(request.getModel()).setTask(request.getTask()).build();
      models.put(request.getModel(), model);
      answer(out, CreateModelResponse.newBuilder().setModel(model).build());
    }

    @Override
    public void createModelVersion(
        CreateModelVersionRequest request, StreamObserver<CreateModelVersionResponse> out) {
      synchronized (versions) {
        versions.add(request);
        answer(
            out,
            CreateModelVersionResponse.newBuilder()
                .setModelVersion(version(versions.size()))
                .build());
      }
    }

    private ModelVersion version(int number) {
      CreateModelVersionRequest made = versions.get(number - 1);
      return ModelVersion.newBuilder()
          .setModel(made.getModel())
          .setVersion(number + ".0.0")
          .setFamily(made.getFamily())
          .putAllTags(made.getTagsMap())
          .putAllMetrics(made.getMetricsMap())
          .setLineage(made.getLineage())
          .setArtifact(Artifact.newBuilder().setSha256(made.getArtifactSha256()))
          .build();
    }

    @Override
    public void getModelVersion(
        GetModelVersionRequest request, StreamObserver<GetModelVersionResponse> out) {
      int number =
          Integer.parseInt(request.getVersion().substring(0, request.getVersion().indexOf('.')));
      synchronized (versions) {
        answer(out, GetModelVersionResponse.newBuilder().setModelVersion(version(number)).build());
      }
    }

    @Override
    public void listModelVersions(
        ListModelVersionsRequest request, StreamObserver<ListModelVersionsResponse> out) {
      var list = ListModelVersionsResponse.newBuilder();
      synchronized (versions) {
        for (int number = versions.size(); number > 0; number--) {
          if (versions.get(number - 1).getModel().equals(request.getModel())) {
            list.addModelVersions(version(number));
          }
        }
      }
      answer(out, list.build());
    }
  }

  private final class Runs extends RunServiceGrpc.RunServiceImplBase {
    @Override
    public void createRun(CreateRunRequest request, StreamObserver<CreateRunResponse> out) {
      runs.add(request);
      var run = Run.newBuilder().setRunId("00000000-0000-0000-0000-%012d".formatted(runs.size()));
      answer(out, CreateRunResponse.newBuilder().setRun(run).build());
    }

    @Override
    public void logRunMetrics(
        LogRunMetricsRequest request, StreamObserver<LogRunMetricsResponse> out) {
      request
          .getPointsList()
          .forEach(
              point -> points.put(point.getMetric() + "@" + point.getStep(), point.getValue()));
      answer(out, LogRunMetricsResponse.newBuilder().setPoints(request.getPointsCount()).build());
    }

    @Override
    public void updateRun(UpdateRunRequest request, StreamObserver<UpdateRunResponse> out) {
      if (forgetsRuns) {
        out.onError(Status.UNAVAILABLE.asRuntimeException());
        return;
      }
      runTags.putAll(request.getTagsMap());
      answer(out, UpdateRunResponse.getDefaultInstance());
    }

    @Override
    public void finishRun(FinishRunRequest request, StreamObserver<FinishRunResponse> out) {
      finished.add(request);
      answer(out, FinishRunResponse.getDefaultInstance());
    }
  }

  private final class Artifacts extends ArtifactServiceGrpc.ArtifactServiceImplBase {
    @Override
    public void downloadArtifact(
        DownloadArtifactRequest request, StreamObserver<DownloadArtifactResponse> out) {
      for (byte[] bytes : List.copyOf(uploads)) {
        if (Bundle.read(bytes, BundleLimits.DEFAULT).sha256().equals(request.getSha256())) {
          out.onNext(
              DownloadArtifactResponse.newBuilder()
                  .setArtifact(Artifact.newBuilder().setSizeBytes(bytes.length))
                  .build());
          var chunk = Chunk.newBuilder().setData(ByteString.copyFrom(bytes));
          answer(out, DownloadArtifactResponse.newBuilder().setChunk(chunk).build());
          return;
        }
      }
      out.onError(Status.NOT_FOUND.asRuntimeException());
    }

    @Override
    public StreamObserver<UploadArtifactRequest> uploadArtifact(
        StreamObserver<UploadArtifactResponse> out) {
      if (refusesUploads) {
        out.onError(
            Status.PERMISSION_DENIED.withDescription("uploads are refused").asRuntimeException());
      }
      var bytes = new ByteArrayOutputStream();
      return new StreamObserver<>() {
        @Override
        public void onNext(UploadArtifactRequest part) {
          bytes.writeBytes(part.getChunk().getData().toByteArray());
        }

        @Override
        public void onError(Throwable lost) {
          bytes.reset();
        }

        @Override
        public void onCompleted() {
          if (!refusesUploads) {
            uploads.add(bytes.toByteArray());
            answer(
                out,
                UploadArtifactResponse.newBuilder()
                    .setComplete(true)
                    .setReceivedBytes(bytes.size())
                    .setArtifact(Artifact.newBuilder().setSizeBytes(bytes.size()))
                    .build());
          }
        }
      };
    }
  }

  private final class Aliases extends AliasServiceGrpc.AliasServiceImplBase {
    @Override
    public void listAliases(ListAliasesRequest request, StreamObserver<ListAliasesResponse> out) {
      var named =
          aliases.values().stream()
              .filter(alias -> alias.getModel().equals(request.getModel()))
              .toList();
      answer(out, ListAliasesResponse.newBuilder().addAllAliases(named).build());
    }

    @Override
    public void moveAliases(MoveAliasesRequest request, StreamObserver<MoveAliasesResponse> out) {
      AliasMove move = request.getMoves(0);
      String key = move.getModel() + "@" + move.getAlias();
      Alias present = aliases.getOrDefault(key, Alias.getDefaultInstance());
      boolean asExpected =
          present.getVersion().equals(move.getExpected().getVersion())
              && present.getRevision() == move.getExpected().getRevision();
      if (move.hasExpected() && !asExpected) {
        out.onError(Status.ABORTED.asRuntimeException());
        return;
      }
      var moved =
          Alias.newBuilder()
              .setModel(move.getModel())
              .setAlias(move.getAlias())
              .setVersion(move.getVersion())
              .setRevision(present.getRevision() + 1)
              .build();
      aliases.put(key, moved);
      answer(out, MoveAliasesResponse.newBuilder().addAliases(moved).build());
    }
  }
}
