package dev.tidewatch.benchmarks;

import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.WriterSettings;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;

/** Ways to reach an ingest server on loopback. */
final class Clients {
  /** Batches of 10,000 readings, 8 of them ahead of their answers. */
  static final WriterSettings LARGE_BATCHES =
      WriterSettings.USUAL.withBatchReadingsMax(10_000).withUnacknowledgedBatchesMax(8);

  private static final int MESSAGE_BYTES_MAX = 16 << 20;

  private Clients() {}

  /** For the SDK; the other three servers are not there. */
  static Connection toIngest(int port) {
    var endpoint = new Endpoint("localhost", port);
    return Connection.toHost("localhost").withEndpoints(endpoint, endpoint, endpoint, endpoint);
  }

  /** Channels of one connection each, whose callbacks run on the transport's own threads. */
  static List<ManagedChannel> channels(int port, int count) {
    var channels = new ArrayList<ManagedChannel>();
    for (int i = 0; i < count; i++) {
      channels.add(
          Grpc.newChannelBuilderForAddress("localhost", port, InsecureChannelCredentials.create())
              .directExecutor()
              .maxInboundMessageSize(MESSAGE_BYTES_MAX)
              .build());
    }
    return channels;
  }

  static void close(List<ManagedChannel> channels) {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
