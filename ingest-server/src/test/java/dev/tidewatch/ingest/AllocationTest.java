package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.OpenWriter;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What a reading costs the garbage collector on its way from the socket to disk and into the feed:
 * allocations of all threads of this process, the transport's of either side included, while
 * batches that were encoded before go through.
 */
final class AllocationTest {
  private static final int SERIES = 100;
  private static final int READINGS_PER_SERIES = 100;
  private static final int BATCHES_BEFORE = 20;
  private static final int BATCHES = 40;

  /** 16 for the message and 16 for the feed's section cannot be spared; the rest is overhead. */
  private static final double BYTES_PER_READING_MAX = 96;

  private final LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();

  @Test
  void aReadingInAColumnCostsFewBytesOfHeap() throws InterruptedException {
    byte[][] messages = messages();
    // The job that marks what rollups miss follows the feed by itself, off this path.
    var settings = Map.of("grpc.host", "127.0.0.1", "grpc.port", "0", "rollups.enabled", "false");
    try (var server = RunningIngest.start(settings)) {
      ClientCall<byte[], StreamReadingsResponse> call = open(server);
      send(call, messages, 1, BATCHES_BEFORE);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getTotalThreadAllocatedBytes();
      send(call, messages, BATCHES_BEFORE + 1, BATCHES_BEFORE + BATCHES);
      long allocated = threads.getTotalThreadAllocatedBytes() - before;
      call.halfClose();
      double perReading = (double) allocated / (BATCHES * SERIES * READINGS_PER_SERIES);
      System.out.printf("AllocationTest: %.1f bytes a reading%n", perReading);
      assertThat(perReading).isLessThan(BYTES_PER_READING_MAX);
    }
  }

  private void send(
      ClientCall<byte[], StreamReadingsResponse> call, byte[][] messages, int first, int last)
      throws InterruptedException {
    for (int sequence = first; sequence <= last; sequence++) {
      call.sendMessage(messages[sequence]);
    }
    long through = 0;
    while (through < last) {
      Object answer = answers.poll(60, TimeUnit.SECONDS);
      assertThat(answer).isInstanceOf(StreamReadingsResponse.class);
      through = ((StreamReadingsResponse) answer).getAcknowledged().getThroughSequence();
    }
  }

  private ClientCall<byte[], StreamReadingsResponse> open(RunningIngest server)
      throws InterruptedException {
    var method =
        IngestServiceGrpc.getStreamReadingsMethod().toBuilder(
                new Bytes(), IngestServiceGrpc.getStreamReadingsMethod().getResponseMarshaller())
            .build();
    var call = server.channel().newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(StreamReadingsResponse answer) {
            answers.add(answer);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            answers.add(status);
          }
        },
        new Metadata());
    call.request(Integer.MAX_VALUE);
    call.sendMessage(
        StreamReadingsRequest.newBuilder()
            .setOpen(OpenWriter.newBuilder().setWriterId("allocation"))
            .build()
            .toByteArray());
    assertThat(answers.poll(60, TimeUnit.SECONDS)).isInstanceOf(StreamReadingsResponse.class);
    return call;
  }

  /** By sequence; in order of time. */
  private static byte[][] messages() {
    var messages = new byte[1 + BATCHES_BEFORE + BATCHES][];
    for (int sequence = 1; sequence < messages.length; sequence++) {
      var batch = ReadingsBatch.newBuilder().setSequence(sequence);
      for (int s = 0; s < SERIES; s++) {
        var column = SeriesReadings.newBuilder().setSeries("allocation/" + s);
        for (int i = 0; i < READINGS_PER_SERIES; i++) {
          long index = (long) sequence * READINGS_PER_SERIES + i;
          column
              .addTimesMicros(1_740_000_000_000_000L + index * 1_000_000)
              .addValues((double) index);
        }
        batch.addColumns(column);
      }
      messages[sequence] = StreamReadingsRequest.newBuilder().setBatch(batch).build().toByteArray();
    }
    return messages;
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new UnsupportedOperationException("a client does not read requests");
    }
  }
}
