package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.ingest.v1.GetWriterRequest;
import dev.tidewatch.proto.ingest.v1.ListWritersRequest;
import dev.tidewatch.proto.ingest.v1.ListWritersResponse;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.Writer;
import dev.tidewatch.serverkit.testing.Refusal;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reading where writers stand. */
final class WritersTest {
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
  void tellsWhereAWriterStandsWithoutFencingIt() {
    try (var writer = ingest.writer("standing")) {
      var _ = writer.opened();
      Writer fresh = get("standing");
      assertThat(fresh.getEpoch()).isEqualTo(1);
      assertThat(fresh.getLastSequence()).isZero();
      assertThat(fresh.hasCreateTime()).isTrue();
      assertThat(fresh.hasCommitTime()).isFalse();

      writer.send(
          ReadingsBatch.newBuilder()
              .setSequence(1)
              .addColumns(column("standing/a", 0, 1, 2, Double.NaN))
              .setSourcePosition(ByteString.copyFromUtf8("row 3"))
              .build());
      writer.acknowledgedThrough(1);
      writer.send(
          ReadingsBatch.newBuilder()
              .setSequence(2)
              .addColumns(column("standing/a", 0, 1, 7, 8))
              .setSourcePosition(ByteString.copyFromUtf8("row 6"))
              .build());
      writer.acknowledgedThrough(2);

      Writer moved = get("standing");
      assertThat(moved.getWriterId()).isEqualTo("standing");
      assertThat(moved.getLastSequence()).isEqualTo(2);
      assertThat(moved.getSourcePosition().toStringUtf8()).isEqualTo("row 6");
      assertThat(moved.getCounts())
          .isEqualTo(
              ReadingCounts.newBuilder()
                  .setAccepted(3)
                  .setUnchanged(1)
                  .setReplaced(1)
                  .setRejected(1)
                  .build());
      assertThat(moved.hasCommitTime()).isTrue();
      assertThat(moved.getEpoch()).isEqualTo(1);
    }
  }

  @Test
  void pagesInTheOrderOfIds() {
    for (String id : List.of("page/b", "page/a", "page/c", "page/B", "pagf", "page%")) {
      try (var writer = ingest.writer(id)) {
        var _ = writer.opened();
      }
    }
    var ids = new ArrayList<String>();
    String token = "";
    do {
      ListWritersResponse page = list(page("page/", 2, token));
      assertThat(page.getWritersCount()).isBetween(1, 2);
      page.getWritersList().forEach(writer -> ids.add(writer.getWriterId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(ids).containsExactly("page/B", "page/a", "page/b", "page/c");
    assertThat(list(page("page%", 0, "")).getWritersList())
        .extracting(Writer::getWriterId)
        .containsExactly("page%");
    assertThat(list(page("", 0, "")).getWritersList())
        .extracting(Writer::getWriterId)
        .contains("pagf", "page/a");
    assertThat(list(page("nobody", 0, "")).getWritersList()).isEmpty();
  }

  @Test
  void refusesWhatItCannotAnswer() {
    assertRefused(() -> get("never-opened"), Status.Code.NOT_FOUND, "WRITER_UNKNOWN");
    assertRefused(() -> get(""), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    assertRefused(() -> get("x".repeat(201)), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    assertRefused(() -> get("a\0b"), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    assertRefused(() -> list(page("", -1, "")), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    assertRefused(
        () -> list(page("", 0, "not a token")), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    assertRefused(() -> list(page("\0", 0, "")), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    assertRefused(
        () -> list(page("x".repeat(201), 0, "")), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
  }

  private static void assertRefused(ThrowingCallable call, Status.Code code, String reason) {
    Refusal.of(call).is(code, reason);
  }

  private static Writer get(String id) {
    return ingest
        .ingest()
        .getWriter(GetWriterRequest.newBuilder().setWriterId(id).build())
        .getWriter();
  }

  private static ListWritersRequest page(String prefix, int size, String token) {
    return ListWritersRequest.newBuilder()
        .setPrefix(prefix)
        .setPageSize(size)
        .setPageToken(token)
        .build();
  }

  private static ListWritersResponse list(ListWritersRequest request) {
    return ingest.ingest().listWriters(request);
  }
}
