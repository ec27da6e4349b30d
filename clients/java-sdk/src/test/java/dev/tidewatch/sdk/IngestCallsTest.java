package dev.tidewatch.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesResponse;
import dev.tidewatch.proto.ingest.v1.Device;
import dev.tidewatch.proto.ingest.v1.ExportFormat;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ListDevicesRequest;
import dev.tidewatch.proto.ingest.v1.ListDevicesResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityRequest;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityResponse;
import dev.tidewatch.proto.ingest.v1.SeriesDataQuality;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.type.v1.FeedToken;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class IngestCallsTest {
  private static final String FILE = "series,time,value,quality\na,1,2,0\na,2,3,0\n";
  private static final int CHUNK = 5;

  private final List<String> requestIds = new CopyOnWriteArrayList<>();

  /** Whether streams break after two messages each. */
  private volatile boolean breaking = true;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Server server;

  private final class Queries extends QueryServiceGrpc.QueryServiceImplBase {
    /** The token is how many bytes were sent. */
    @Override
    public void exportReadings(
        ExportReadingsRequest request, StreamObserver<ExportReadingsResponse> responses) {
      if (request.getResumeToken().equals("forgotten")) {
        responses.onError(Status.OUT_OF_RANGE.asRuntimeException());
        return;
      }
      int from =
          request.getResumeToken().isEmpty() ? 0 : Integer.parseInt(request.getResumeToken());
      for (int message = 0; from < FILE.length(); message++) {
        if (breaking && message == 2) {
          responses.onError(Status.UNAVAILABLE.asRuntimeException());
          return;
        }
        int to = Math.min(from + CHUNK, FILE.length());
        responses.onNext(
            ExportReadingsResponse.newBuilder()
                .setChunk(ByteString.copyFromUtf8(FILE.substring(from, to)))
                .setResumeToken("" + to)
                .build());
        from = to;
      }
      responses.onCompleted();
    }

    @Override
    public void reportDataQuality(
        ReportDataQualityRequest request, StreamObserver<ReportDataQualityResponse> responses) {
      boolean first = request.getPageToken().isEmpty();
      responses.onNext(
          ReportDataQualityResponse.newBuilder()
              .addSeries(
                  SeriesDataQuality.newBuilder()
                      .setSeries(first ? "a" : "b")
                      .setCompleteness(first ? 0.5 : 1))
              .setNextPageToken(first ? "2" : "")
              .build());
      responses.onCompleted();
    }
  }

  private final class Intake extends IngestServiceGrpc.IngestServiceImplBase {
    @Override
    public void deleteReadings(
        DeleteReadingsRequest request, StreamObserver<DeleteReadingsResponse> responses) {
      requestIds.add(request.getRequestId());
      responses.onNext(DeleteReadingsResponse.newBuilder().setReadingsDeleted(3).build());
      responses.onCompleted();
    }
  }

  private final class Catalogue extends SeriesServiceGrpc.SeriesServiceImplBase {
    @Override
    public void deleteSeries(
        DeleteSeriesRequest request, StreamObserver<DeleteSeriesResponse> responses) {
      requestIds.add(request.getRequestId());
      responses.onNext(
          DeleteSeriesResponse.newBuilder()
              .setFeedPosition(FeedToken.newBuilder().setEpoch(1).setPosition(8))
              .build());
      responses.onCompleted();
    }

    @Override
    public void listDevices(
        ListDevicesRequest request, StreamObserver<ListDevicesResponse> responses) {
      responses.onNext(
          ListDevicesResponse.newBuilder()
              .addDevices(
                  Device.newBuilder().setDevice(request.getPrefix() + "1").setSeriesCount(2))
              .build());
      responses.onCompleted();
    }
  }

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Queries())
            .addService(new Intake())
            .addService(new Catalogue())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private Tidewatch connect() {
    var there = new Endpoint("localhost", server.getPort());
    return Tidewatch.connect(
        Connection.toHost("localhost").withEndpoints(there, there, there, there));
  }

  private static ExportReadingsRequest export(String resumeToken) {
    return ExportReadingsRequest.newBuilder()
        .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
        .setResumeToken(resumeToken)
        .build();
  }

  @Test
  void exportsContinueExactlyOverBreaks() {
    try (var tidewatch = connect()) {
      var breaks = new ArrayList<TidewatchException>();
      var file = new StringBuilder();
      try (var stream = tidewatch.ingest().export(export("")).onBreak(breaks::add)) {
        while (stream.hasNext()) {
          file.append(stream.next().getChunk().toStringUtf8());
          assertThat(stream.resumeToken()).isEqualTo("" + file.length());
        }
      }
      assertThat(file).hasToString(FILE);
      assertThat(breaks).hasSizeGreaterThan(2);
    }
  }

  @Test
  void exportsBeginWhereAnotherProcessStopped() {
    breaking = false;
    try (var tidewatch = connect()) {
      var stream = tidewatch.ingest().export(export("10"));
      assertThat(stream.next().getChunk().toStringUtf8()).isEqualTo(FILE.substring(10, 15));
      stream.close();
      assertThatThrownBy(
              () -> {
                while (stream.hasNext()) {
                  stream.next();
                }
              })
          .isInstanceOf(TidewatchException.class);
    }
  }

  @Test
  void whatATryWouldOnlyRepeatIsThrown() {
    try (var tidewatch = connect();
        var stream = tidewatch.ingest().export(export("forgotten"))) {
      assertThatThrownBy(stream::hasNext)
          .isInstanceOfSatisfying(
              TidewatchException.class,
              e -> assertThat(e.code()).isEqualTo(Status.Code.OUT_OF_RANGE));
    }
  }

  @Test
  void reportsAndDevicesAreReadPageByPage() {
    try (var tidewatch = connect()) {
      assertThat(
              tidewatch
                  .ingest()
                  .dataQuality(SeriesSelection.getDefaultInstance(), TimeRange.getDefaultInstance())
                  .map(SeriesDataQuality::getSeries))
          .containsExactly("a", "b");
      assertThat(tidewatch.ingest().listDevices("hq/").map(Device::getDevice))
          .containsExactly("hq/1");
    }
  }

  @Test
  void deletionsCarryARequestId() {
    try (var tidewatch = connect()) {
      assertThat(tidewatch.ingest().deleteSeries("a", "")).isEqualTo(new FeedPosition(1, 8));
      var request = DeleteReadingsRequest.newBuilder().setAllSeries(true);
      assertThat(tidewatch.ingest().deleteReadings(request.build()).getReadingsDeleted())
          .isEqualTo(3);
      String mine = UUID.randomUUID().toString();
      tidewatch.ingest().deleteReadings(request.setRequestId(mine).build());
      assertThat(requestIds).hasSize(3).doesNotHaveDuplicates().endsWith(mine);
      assertThat(requestIds).allSatisfy(id -> assertThat(UUID.fromString(id)).isNotNull());
    }
  }
}
