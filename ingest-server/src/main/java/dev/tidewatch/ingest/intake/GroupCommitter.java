package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.catalog.SeriesCatalog;
import dev.tidewatch.ingest.catalog.SeriesEntry;
import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what many streams send, in groups: while one group is on its way to disk, the next one
 * gathers. A writer always uses the same lane, so that its batches stay in order; a lane is one
 * thread and one connection. What waits is bounded by the {@link IntakeBudget}. Thread-safe.
 */
public final class GroupCommitter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GroupCommitter.class);
  private static final int CONTENDED_ATTEMPTS_MAX = 20;
  private static final long IDLE_MILLIS = 100;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ReadingStore store;
  private final SeriesCatalog catalog;
  private final BatchCheck check;
  private final FeedHead feedHead;
  private final InstantSource clock;
  private final CommitLimits limits;
  private final IntakeMeters meters;
  private final List<Lane> lanes = new ArrayList<>();
  private final AtomicInteger nextLane = new AtomicInteger();

  private GroupCommitter(
      ReadingStore store,
      SeriesCatalog catalog,
      BatchCheck check,
      FeedHead feedHead,
      InstantSource clock,
      CommitLimits limits,
      IntakeMeters meters) {
    this.store = store;
    this.catalog = catalog;
    this.check = check;
    this.feedHead = feedHead;
    this.clock = clock;
    this.limits = limits;
    this.meters = meters;
  }

  /** Starts the lanes; they end with {@link #close}. */
  public static GroupCommitter start(
      ReadingStore store,
      SeriesCatalog catalog,
      BatchCheck check,
      FeedHead feedHead,
      InstantSource clock,
      CommitLimits limits,
      IntakeMeters meters) {
    var committer = new GroupCommitter(store, catalog, check, feedHead, clock, limits, meters);
    for (int i = 0; i < limits.lanes(); i++) {
      Lane lane = committer.new Lane();
      committer.lanes.add(lane);
      lane.thread = Thread.ofPlatform().name("ingest-commit-" + i).start(lane);
    }
    return committer;
  }

  /** Hands a batch over; its answer tells what became of it. */
  public void submit(PendingBatch batch) {
    WriterTicket writer = batch.writer();
    int lane = writer == null ? nextLane.getAndIncrement() : writer.key();
    lanes.get(Math.floorMod(lane, lanes.size())).offer(batch);
  }

  /** Commits what was handed over, then ends the lanes. */
  @Override
  public void close() {
    lanes.forEach(lane -> lane.ending = true);
    boolean interrupted = false;
    for (Lane lane : lanes) {
      try {
        if (lane.thread != null) {
          lane.thread.join(Duration.ofSeconds(30));
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Lane implements Runnable {
    private final LinkedBlockingQueue<PendingBatch> queue = new LinkedBlockingQueue<>();
    private volatile boolean ending;
    private volatile boolean ended;
    private @Nullable Thread thread;
    private @Nullable PendingBatch carried;

    void offer(PendingBatch batch) {
      queue.add(batch);
      if (ended) {
        failQueued();
      }
    }

    @Override
    public void run() {
      while (true) {
        List<PendingBatch> group = nextGroup();
        if (group.isEmpty()) {
          if (ending) {
            break;
          }
          continue;
        }
        try {
          commit(group);
        } catch (Throwable e) {
          log.error("a group of {} batches failed", group.size(), e);
          fail(group, e);
        }
      }
      ended = true;
      failQueued();
    }

    /** What came after the last group is known not to be stored. */
    private void failQueued() {
      for (PendingBatch left = queue.poll(); left != null; left = queue.poll()) {
        fail(List.of(left), unavailable("the server is shutting down", null));
      }
    }

    private List<PendingBatch> nextGroup() {
      var group = new ArrayList<PendingBatch>();
      PendingBatch next = carried;
      carried = null;
      if (next == null) {
        next = await();
      }
      long readings = 0;
      long bytes = 0;
      while (next != null) {
        readings += next.checked().goodRows();
        bytes += blockBytes(next.checked());
        if (!group.isEmpty()
            && (readings > limits.groupReadingsMax() || bytes > limits.groupBytesMax())) {
          carried = next;
          break;
        }
        group.add(next);
        if (group.size() >= limits.groupBatchesMax()) {
          break;
        }
        next = queue.poll();
      }
      return group;
    }

    private @Nullable PendingBatch await() {
      try {
        return queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        ending = true;
        return null;
      }
    }
  }

  /** About how many bytes of a feed block the batch will make. */
  public static long blockBytes(CheckedBatch batch) {
    long bytes = 0;
    int traceBytes = batch.batch().traceparent().length();
    for (CheckedColumn column : batch.columns()) {
      bytes += 40L + column.entry().name().length() + traceBytes + 16L * column.goodRows();
    }
    return bytes;
  }

  private void commit(List<PendingBatch> group) {
    Span span = meters.groupSpan(group);
    long begin = System.nanoTime();
    try (Scope _ = span.makeCurrent()) {
      commitOrSplit(group);
    } catch (Throwable e) {
      span.recordException(e);
      span.setStatus(StatusCode.ERROR);
      throw e;
    } finally {
      span.end();
      meters.committed(group, System.nanoTime() - begin);
    }
  }

  private void commitOrSplit(List<PendingBatch> group) {
    for (int attempt = 1; ; attempt++) {
      long revision = checkedAgainst(group);
      try {
        learnHeads(group);
        ReadingStore.GroupOutcome outcome = store.commit(group, revision, clock.instant());
        feedHead.advance(outcome.position());
        complete(group, outcome);
        return;
      } catch (CommitException e) {
        switch (e.kind()) {
          case CATALOGUE_MOVED -> catalog.refresh();
          case CONTENDED -> {
            if (attempt >= CONTENDED_ATTEMPTS_MAX) {
              fail(group, unavailable("too many transactions are in the way", e));
              return;
            }
          }
          case REFUSED -> {
            if (group.size() > 1) {
              log.warn("a group of {} batches was refused; committing one by one", group.size(), e);
              group.forEach(batch -> commitOrSplit(List.of(batch)));
              return;
            }
            PendingBatch poison = group.getFirst();
            if (poison.checked().columns().isEmpty()) {
              throw new IllegalStateException("refused even without its readings", e);
            }
            log.warn("the database refused a batch", e);
            poison.refuse("the database refused the batch: " + e.getMessage());
          }
          case REPEATED -> {
            if (group.size() > 1) {
              group.forEach(batch -> commitOrSplit(List.of(batch)));
            } else {
              replay(group.getFirst(), e);
            }
            return;
          }
          case UNAVAILABLE -> {
            fail(group, unavailable("the database cannot be reached; nothing was stored", e));
            return;
          }
          case UNKNOWN -> {
            fail(
                group,
                unavailable(
                    "the connection broke in COMMIT; open again to see what is durable", e));
            return;
          }
        }
      }
    }
  }

  /** Answers a unary request that another call with the same id has committed in the meantime. */
  private void replay(PendingBatch batch, CommitException cause) {
    RequestTicket request = batch.request();
    if (request == null) {
      throw new IllegalStateException("repeated without a request id", cause);
    }
    CommittedBatch replayed =
        store
            .outcome(request.requestId(), request.owner())
            .map(stored -> stored.replayFor(request, batch.digest()))
            .orElseThrow(
                () -> unavailable("another call with the same request id is under way", cause));
    batch.answer().complete(replayed);
  }

  /** Checks those again that were checked against an older catalogue. */
  private long checkedAgainst(List<PendingBatch> group) {
    while (true) {
      long revision = catalog.revision();
      boolean same = true;
      for (PendingBatch batch : group) {
        if (batch.checked().catalogueRevision() != revision) {
          batch.recheck(check);
          same &= batch.checked().catalogueRevision() == revision;
        }
      }
      if (same) {
        return revision;
      }
    }
  }

  private void learnHeads(List<PendingBatch> group) {
    LinkedHashSet<SeriesEntry> unknown = null;
    for (PendingBatch batch : group) {
      for (CheckedColumn column : batch.checked().columns()) {
        if (column.entry().headMicros() == SeriesEntry.HEAD_UNKNOWN) {
          if (unknown == null) {
            unknown = new LinkedHashSet<>();
          }
          unknown.add(column.entry());
        }
      }
    }
    if (unknown != null) {
      catalog.learnHeads(unknown);
    }
  }

  private void complete(List<PendingBatch> group, ReadingStore.GroupOutcome outcome) {
    Counts stored = Counts.NONE;
    for (int i = 0; i < group.size(); i++) {
      PendingBatch batch = group.get(i);
      BatchOutcome result = outcome.outcomes().get(i);
      WriterTicket writer = batch.writer();
      if (result != null) {
        stored = stored.plus(result.counts());
        batch.answer().complete(new CommittedBatch(outcome.position(), result, false));
      } else {
        batch
            .answer()
            .fail(
                new Aborted(
                    "WRITER_FENCED",
                    "writer %s was opened by somebody else since, or a batch before this one failed"
                        .formatted(writer == null ? "" : writer.writerId())));
      }
    }
    meters.stored(stored);
  }

  private static Unavailable unavailable(String message, @Nullable Throwable cause) {
    return new Unavailable("DATABASE_UNAVAILABLE", message, RETRY_AFTER, cause);
  }

  private static void fail(List<PendingBatch> group, Throwable cause) {
    group.forEach(batch -> batch.answer().fail(cause));
  }
}
