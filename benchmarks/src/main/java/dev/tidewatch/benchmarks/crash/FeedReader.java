package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import io.grpc.Channel;
import io.grpc.Context;
import java.util.Iterator;
import java.util.function.LongSupplier;

/**
 * Reads the feed from its beginning, over as many subscriptions as it takes, each after the last
 * token. Used by one thread, except for {@link #through()}.
 */
final class FeedReader {
  private final Tally tally;
  private FeedToken after = FeedToken.getDefaultInstance();
  private volatile long through;
  private long blockBefore;
  private long gaps;

  FeedReader(Tally tally) {
    this.tally = tally;
  }

  /**
   * Subscribes once and reads.
   *
   * @param end where to stop; asked after each message
   * @throws io.grpc.StatusRuntimeException when the subscription breaks
   */
  void read(Channel channel, LongSupplier end) {
    var context = Context.current().withCancellation();
    Context before = context.attach();
    try {
      Iterator<SubscribeResponse> events =
          FeedServiceGrpc.newBlockingStub(channel)
              .subscribe(SubscribeRequest.newBuilder().setAfter(after).build());
      while (through < end.getAsLong() && events.hasNext()) {
        take(events.next());
      }
    } finally {
      context.detach(before);
      context.cancel(null);
    }
  }

  private void take(SubscribeResponse event) {
    if (event.hasBlock()) {
      take(event.getBlock());
      after = event.getBlock().getFeedPosition();
    } else {
      after = event.getHeartbeat().getThrough();
    }
    through = after.getPosition();
  }

  private void take(FeedBlock block) {
    long position = block.getFeedPosition().getPosition();
    if (position != blockBefore + 1) {
      gaps++;
    }
    blockBefore = position;
    for (ShardSection section : block.getSectionsList()) {
      for (ReadingsChange change : section.getReadingsList()) {
        boolean created = change.getKind() == ReadingsChangeKind.READINGS_CHANGE_KIND_NEW;
        for (int i = 0; i < change.getTimesMicrosCount(); i++) {
          tally.see(change.getSeries(), change.getTimesMicros(i), change.getValues(i), created);
        }
      }
    }
  }

  Tally tally() {
    return tally;
  }

  /** Everything up to this position was read. */
  long through() {
    return through;
  }

  /** Positions that did not follow the one before; every commit of the campaign holds something. */
  long gaps() {
    return gaps;
  }
}
