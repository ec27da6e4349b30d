package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ANSWERED_REQUEST;

import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.RegistryChange;
import dev.tidewatch.registry.domain.RegistryStore;
import dev.tidewatch.registry.domain.RegistryView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jooq.DSLContext;

/**
 * The registry in PostgreSQL. Every change locks the one row of {@code registry_head} first and
 * holds it to COMMIT: changes therefore run one after the other, and a reader who sees revision R
 * sees all changes up to R.
 */
public final class PostgresRegistryStore implements RegistryStore {
  /** How long an answered request is remembered. */
  public static final Duration REQUESTS_KEPT = Duration.ofDays(3);

  private final DSLContext dsl;
  private final InstantSource clock;
  private final InstantSource realTime;
  private final int revisionsKept;
  private final LongConsumer committed;

  /**
   * @param clock domain time, for what is recorded
   * @param realTime for the age of answered requests
   * @param revisionsKept of which watchers can be told the difference
   * @param committed is told the revision after each change, on the thread that made it
   */
  public PostgresRegistryStore(
      DSLContext dsl,
      InstantSource clock,
      InstantSource realTime,
      int revisionsKept,
      LongConsumer committed) {
    this.dsl = dsl;
    this.clock = clock;
    this.realTime = realTime;
    this.revisionsKept = revisionsKept;
    this.committed = committed;
  }

  @Override
  public <T> T read(Function<RegistryView, T> query) {
    return dsl.transactionResult(transaction -> {
      DSLContext sql = transaction.dsl();
      sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      return query.apply(new PostgresView(sql, false));
    });
  }

  @Override
  public <T> T change(Origin origin, Function<RegistryChange, T> change) {
    long[] revision = new long[1];
    T result =
        dsl.transactionResult(transaction -> {
          PostgresChange open = new PostgresChange(transaction.dsl(), origin, clock, realTime);
          T answer = change.apply(open);
          revision[0] = open.conclude(revisionsKept);
          return answer;
        });
    committed.accept(revision[0]);
    return result;
  }

  /** Forgets requests that were answered too long ago; returns how many. */
  public int forgetOldRequests() {
    return dsl.deleteFrom(ANSWERED_REQUEST)
        .where(ANSWERED_REQUEST.ANSWERED_AT.lt(realTime.instant().minus(REQUESTS_KEPT)))
        .execute();
  }
}
