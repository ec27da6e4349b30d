package dev.tidewatch.ingest.deletion;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesCatalog;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.deletion.DeletionStore.Attempt;
import dev.tidewatch.ingest.deletion.DeletionStore.Deleted;
import dev.tidewatch.ingest.deletion.DeletionStore.Range;
import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deletes series and readings: looks up what is meant, and tries again where the catalogue or other
 * commits moved under it. Thread-safe.
 */
public final class Deletions {
  private static final int ATTEMPTS_MAX = 20;
  private static final int CATALOGUE_PAGE = 1_000;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final SeriesStore catalogue;
  private final SeriesCatalog inMemory;
  private final DeletionStore store;
  private final FeedHead feedHead;
  private final InstantSource clock;

  /**
   * @param inMemory what the intake knows; told what it must learn again
   * @param clock the domain clock
   */
  public Deletions(
      SeriesStore catalogue,
      SeriesCatalog inMemory,
      DeletionStore store,
      FeedHead feedHead,
      InstantSource clock) {
    this.catalogue = catalogue;
    this.inMemory = inMemory;
    this.store = store;
    this.feedHead = feedHead;
    this.clock = clock;
  }

  /**
   * Deletes readings of the series that exist now.
   *
   * @param ticket null: a repeat deletes again
   * @param cancelled asked now and then; when true, nothing is deleted
   * @throws NotFound if a named series does not exist
   */
  public Deleted deleteReadings(
      SeriesSelection selection,
      Range range,
      @Nullable DeletionTicket ticket,
      BooleanSupplier cancelled) {
    Deleted deleted =
        untilDone(
            ticket,
            () -> {
              long revision = catalogue.find(List.of()).revision();
              return store.deleteReadings(
                  select(selection), revision, range, ticket, clock.instant(), cancelled);
            });
    // What was newest may be gone: the intake asks again before it trusts its hint.
    inMemory.forgetHeads(deleted.touched());
    return deleted;
  }

  /** Counts what {@link #deleteReadings} would delete now. */
  public Deleted countReadings(SeriesSelection selection, Range range) {
    return store.countReadings(select(selection), range);
  }

  /**
   * Deletes a series.
   *
   * @param etag empty: in any case
   * @param ticket null: a repeat finds no such series
   * @throws NotFound if it does not exist
   * @throws Aborted if it has another etag
   */
  public Deleted deleteSeries(String name, String etag, @Nullable DeletionTicket ticket) {
    Deleted deleted =
        untilDone(
            ticket,
            () -> {
              Series known =
                  catalogue.find(List.of(name)).series().stream()
                      .findFirst()
                      .orElseThrow(() -> unknown(name));
              if (!etag.isEmpty() && !etag.equals(known.etag())) {
                throw new Aborted(
                        "ETAG_STALE",
                        "etag: %s has changed; read it again, then decide".formatted(name))
                    .with("series", name);
              }
              return store.deleteSeries(known, ticket, clock.instant());
            });
    inMemory.refresh();
    return deleted;
  }

  private Deleted untilDone(@Nullable DeletionTicket ticket, Supplier<Attempt> attempt) {
    String why = "";
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      Optional<Deleted> earlier = ticket == null ? Optional.empty() : store.outcome(ticket);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      switch (attempt.get()) {
        case Attempt.Done(Deleted deleted) -> {
          feedHead.advance(deleted.position());
          return deleted;
        }
        case Attempt.Moved(String reason) -> why = reason;
      }
    }
    throw new Unavailable(
        "DELETION_CONTENDED",
        "nothing was deleted after %d attempts: %s; send again with the same request id"
            .formatted(ATTEMPTS_MAX, why),
        RETRY_AFTER);
  }

  private List<Series> select(SeriesSelection selection) {
    if (!selection.names().isEmpty()) {
      List<Series> named = catalogue.find(selection.names()).series();
      Set<String> known = new HashSet<>();
      named.forEach(series -> known.add(series.name()));
      for (String name : selection.names()) {
        if (!known.contains(name)) {
          throw unknown(name);
        }
      }
      return named;
    }
    var series = new ArrayList<Series>();
    String after = "";
    while (true) {
      List<Series> page = catalogue.page(selection, after, CATALOGUE_PAGE);
      series.addAll(page);
      if (page.size() < CATALOGUE_PAGE) {
        return series;
      }
      after = page.getLast().name();
    }
  }

  private static NotFound unknown(String name) {
    return new NotFound("SERIES_UNKNOWN", "series: %s is not in the catalogue".formatted(name))
        .with("series", name);
  }
}
