package dev.tidewatch.ingest.storage;

import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the plain layout's months that are wholly older than what is kept. Waits neither for
 * readers nor in their way: a month that is in use is dropped another time.
 */
public final class PartitionRetention {
  private static final Logger log = LoggerFactory.getLogger(PartitionRetention.class);
  private static final Pattern NAME = Pattern.compile("reading_y(\\d{4})m(\\d{2})");

  /**
   * A month goes so long after its last reading was too old to be accepted: what was accepted
   * before is committed by then.
   */
  private static final Duration GRACE = Duration.ofDays(1);

  private static final String LOCK_TIMEOUT = "2s";

  private final Database database;
  private final Duration retention;

  public PartitionRetention(Database database, Duration retention) {
    this.database = database;
    this.retention = retention;
  }

  /**
   * @param now by the domain clock
   * @return how many months were dropped
   */
  public int run(Instant now) {
    LocalDate kept =
        LocalDate.ofInstant(now.minus(retention).minus(GRACE), ZoneOffset.UTC).withDayOfMonth(1);
    int dropped = 0;
    for (String partition : partitionsBefore(kept)) {
      try {
        database.inTransaction(db -> {
          db.execute("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
          return db.execute("DROP TABLE IF EXISTS " + partition);
        });
        log.info("dropped {}, since all of it is older than {}", partition, retention);
        dropped++;
      } catch (DataAccessException e) {
        log.info("{} is in use; it is dropped another time", partition, e);
      }
    }
    return dropped;
  }

  private List<String> partitionsBefore(LocalDate month) {
    var found = new ArrayList<String>();
    for (String name :
        database
            .dsl()
            .fetch(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'reading'::regclass")
            .getValues(0, String.class)) {
      Matcher parts = NAME.matcher(name);
      if (parts.find()
          && LocalDate.of(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)), 1)
              .isBefore(month)) {
        found.add(name);
      }
    }
    return found;
  }
}
