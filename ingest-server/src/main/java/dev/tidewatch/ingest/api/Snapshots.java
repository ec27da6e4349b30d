package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.ReadingQueries;
import dev.tidewatch.proto.ingest.v1.AsOf;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.OutOfRange;

/** Finds the snapshot that a request means. Thread-safe. */
final class Snapshots {
  private final ReadingQueries queries;

  Snapshots(ReadingQueries queries) {
    this.queries = queries;
  }

  /**
   * @throws OutOfRange AS_OF_AHEAD or AS_OF_EXPIRED
   */
  ReadView of(AsOf asOf) {
    return switch (asOf.getMomentCase()) {
      case FEED_POSITION -> at(asOf.getFeedPosition(), "as_of");
      case COMMIT_TIME -> queries.viewAt(Protos.instant(asOf.getCommitTime(), "as_of.commit_time"));
      case MOMENT_NOT_SET -> queries.view();
    };
  }

  ReadView newest() {
    return queries.view();
  }

  ReadView at(FeedToken token, String field) {
    return at(token.getEpoch(), token.getPosition(), field);
  }

  /**
   * @param field what the caller gave it in
   */
  ReadView at(long epoch, long position, String field) {
    ReadView view =
        queries
            .viewAt(position)
            .orElseThrow(() ->
                new OutOfRange(
                    "AS_OF_AHEAD",
                    "%s: position %d is newer than the newest commit".formatted(field, position)));
    if (view.position().epoch() != epoch && !(epoch == 0 && position == 0)) {
      throw new OutOfRange(
          "AS_OF_EXPIRED",
          "%s: belongs to the life %d of the database, now is %d"
              .formatted(field, epoch, view.position().epoch()));
    }
    return view;
  }
}
