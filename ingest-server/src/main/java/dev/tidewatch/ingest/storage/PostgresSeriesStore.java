package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_HEAD;
import static dev.tidewatch.ingest.storage.jooq.Tables.SERIES;
import static org.jooq.impl.DSL.noCondition;

import dev.tidewatch.ingest.catalog.LabelSelector;
import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesDescription;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.ingest.catalog.Shards;
import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.SectionWriter;
import dev.tidewatch.ingest.feed.SeriesChangeEncoding;
import dev.tidewatch.ingest.storage.jooq.tables.records.SeriesRecord;
import dev.tidewatch.serverkit.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** The catalogue in PostgreSQL. Thread-safe. */
public final class PostgresSeriesStore implements SeriesStore {
  private static final int INSERT_ROWS_MAX = 1_000;
  private static final int WALK_ROWS = 1_000;

  private final Database database;
  private final int shardCount;
  private final FeedHead feedHead;
  private final SeriesChangeEncoding encoding;
  private final InstantSource realClock;

  public PostgresSeriesStore(
      Database database,
      int shardCount,
      FeedHead feedHead,
      SeriesChangeEncoding encoding,
      InstantSource realClock) {
    this.realClock = realClock;
    this.database = database;
    this.shardCount = shardCount;
    this.feedHead = feedHead;
    this.encoding = encoding;
  }

  @Override
  public Snapshot find(Collection<String> names) {
    var rows =
        database
            .dsl()
            .select(FEED_HEAD.CATALOGUE_REVISION, SERIES)
            .from(FEED_HEAD)
            .leftJoin(SERIES)
            .on(SERIES.NAME.eq(DSL.any(names.toArray(String[]::new))).and(SERIES.DELETED.isFalse()))
            .fetch();
    var series = new ArrayList<Series>();
    for (var row : rows) {
      if (row.value2().getSeriesId() != null) {
        series.add(SeriesRows.series(row.value2()));
      }
    }
    return new Snapshot(series, rows.getFirst().value1());
  }

  @Override
  public Snapshot changedAfter(long revision) {
    return database.inTransaction(db -> {
      // The revision first: what changes in between comes again with the next call.
      long now = db.select(FEED_HEAD.CATALOGUE_REVISION).from(FEED_HEAD).fetchSingle().value1();
      List<Series> changed =
          db.selectFrom(SERIES)
              .where(SERIES.REVISION.gt(revision))
              .and(SERIES.REVISION.gt(0L))
              .fetch(SeriesRows::series);
      return new Snapshot(changed, now);
    });
  }

  @Override
  public long revision() {
    return database
        .dsl()
        .select(FEED_HEAD.CATALOGUE_REVISION)
        .from(FEED_HEAD)
        .fetchSingle()
        .value1();
  }

  @Override
  public Created createMissing(
      Collection<SeriesDescription> descriptions, boolean auto, Instant now) {
    return inCommit((db, connection) -> {
      var rows = new ArrayList<SeriesRecord>();
      for (SeriesDescription description : descriptions) {
        rows.add(SeriesRows.record(description, shardOf(description), auto, now));
      }
      // One order for everybody, so that two creators of the same names do not wait crosswise.
      rows.sort((a, b) -> a.getName().compareTo(b.getName()));
      var created = new ArrayList<Series>();
      for (int from = 0; from < rows.size(); from += INSERT_ROWS_MAX) {
        List<SeriesRecord> some = rows.subList(from, Math.min(rows.size(), from + INSERT_ROWS_MAX));
        created.addAll(auto ? insertAlike(db, some) : insert(db, some));
      }
      if (created.isEmpty()) {
        return new Created(List.of(), feedHead.position().position());
      }
      long position = commit(connection, SeriesChangeEncoding.Kind.CREATED, created, now, 0);
      return new Created(created, position);
    });
  }

  private static List<Series> insert(DSLContext db, List<SeriesRecord> rows) {
    return db.insertInto(SERIES)
        .set(rows)
        .onConflict(SERIES.NAME)
        .where(SERIES.DELETED.isFalse())
        .doNothing()
        .returning()
        .fetch(SeriesRows::series);
  }

  /**
   * Inserts rows that differ by their names alone, as those of unknown series do: as arrays, since
   * a statement with a parameter for each column of each row costs more to prepare than to run.
   */
  private static List<Series> insertAlike(DSLContext db, List<SeriesRecord> rows) {
    Map<Field<?>, Field<?>> values = new LinkedHashMap<>();
    SeriesRecord first = rows.getFirst();
    for (Field<?> field : SERIES.fields()) {
      if (first.touched(field)) {
        values.put(field, constant(first, field));
      }
    }
    values.put(SERIES.NAME, DSL.field("n.name", String.class));
    values.put(SERIES.SHARD, DSL.field("n.shard", Short.class));
    values.put(SERIES.DEVICE, DSL.field("n.device", String.class));
    values.put(SERIES.POINT, DSL.field("n.point", String.class));
    return db.insertInto(SERIES)
        .columns(values.keySet())
        .select(
            DSL.select(values.values())
                .from(
                    "unnest({0}, {1}, {2}, {3}) AS n (name, shard, device, point)",
                    DSL.val(rows.stream().map(SeriesRecord::getName).toArray(String[]::new)),
                    DSL.val(rows.stream().map(SeriesRecord::getShard).toArray(Short[]::new)),
                    DSL.val(rows.stream().map(SeriesRecord::getDevice).toArray(String[]::new)),
                    DSL.val(rows.stream().map(SeriesRecord::getPoint).toArray(String[]::new))))
        .onConflict(SERIES.NAME)
        .where(SERIES.DELETED.isFalse())
        .doNothing()
        .returning()
        .fetch(SeriesRows::series);
  }

  private static <T> Field<T> constant(SeriesRecord row, Field<T> field) {
    return DSL.val(row.get(field), field);
  }

  @Override
  public Optional<Changed> update(Series known, SeriesDescription description, Instant now) {
    return inCommit((db, connection) -> {
      SeriesRecord changes = SeriesRows.record(description, known.shard(), false, now);
      changes.setCreatedAt(known.createTime());
      // The revision that this commit will make: only commits that hold the lock on the head change
      // it.
      long revision =
          db.select(FEED_HEAD.CATALOGUE_REVISION).from(FEED_HEAD).forUpdate().fetchSingle().value1()
              + 1;
      changes.setRevision(revision);
      changes.setChangedCommit(FeedRows.transactionId(connection));
      changes.reset(SERIES.SERIES_ID);
      changes.reset(SERIES.CREATED_COMMIT);
      var changed =
          db.update(SERIES)
              .set(changes)
              .where(SERIES.SERIES_ID.eq(known.id()))
              .and(SERIES.REVISION.eq(known.revision()))
              .and(SERIES.DELETED.isFalse())
              .returning()
              .fetchOptional(SeriesRows::series);
      if (changed.isEmpty()) {
        return Optional.empty();
      }
      long position =
          commit(connection, SeriesChangeEncoding.Kind.UPDATED, List.of(changed.get()), now, 1);
      return Optional.of(new Changed(changed.get(), position));
    });
  }

  @Override
  public List<Series> page(SeriesSelection selection, String after, int limit) {
    if (selection.labels().conditions().isEmpty() || !selection.names().isEmpty()) {
      return inOrder(selection, after, limit);
    }
    // The planner knows how many series have a label but not where they stand among the names, and
    // walks far for one that comes late. So a short walk first, which finds what is frequent.
    List<Series> near = near(selection, after, limit);
    if (near.size() == limit
        || selection.labels().conditions().stream().allMatch(LabelSelector.Condition::negated)) {
      return near.size() == limit ? near : inOrder(selection, after, limit);
    }
    // The sort key is no column, so that this collects by the index of labels, then sorts.
    return database
        .dsl()
        .selectFrom(SERIES)
        .where(matches(selection))
        .and(SERIES.NAME.gt(after))
        .orderBy(DSL.field("{0} || ''", String.class, SERIES.NAME))
        .limit(limit)
        .fetch(SeriesRows::series);
  }

  private List<Series> inOrder(SeriesSelection selection, String after, int limit) {
    return database
        .dsl()
        .selectFrom(SERIES)
        .where(matches(selection))
        .and(SERIES.NAME.gt(after))
        .orderBy(SERIES.NAME)
        .limit(limit)
        .fetch(SeriesRows::series);
  }

  /** What matches among the next names. */
  private List<Series> near(SeriesSelection selection, String after, int limit) {
    var any =
        new SeriesSelection(List.of(), selection.prefix(), LabelSelector.ALL, selection.device());
    var near =
        DSL.select(SERIES.SERIES_ID)
            .from(SERIES)
            .where(matches(any))
            .and(SERIES.NAME.gt(after))
            .orderBy(SERIES.NAME)
            .limit(Math.max(WALK_ROWS, 2 * limit));
    return database
        .dsl()
        .selectFrom(SERIES)
        .where(SERIES.SERIES_ID.in(DSL.select(DSL.field("series_id", Integer.class)).from(near)))
        .and(matches(selection))
        .orderBy(DSL.field("{0} || ''", String.class, SERIES.NAME))
        .limit(limit)
        .fetch(SeriesRows::series);
  }

  @Override
  public SortedMap<String, Integer> ids(Collection<String> names) {
    var ids = new TreeMap<String, Integer>();
    try {
      return database.withConnection(connection -> {
        try (var _ = IndexOrder.begin(connection);
            var select =
                connection.prepareStatement(
                    "SELECT name, series_id FROM series WHERE name = ANY(?) AND NOT deleted")) {
          select.setArray(1, connection.createArrayOf("text", names.stream().sorted().toArray()));
          try (var rows = select.executeQuery()) {
            while (rows.next()) {
              ids.put(rows.getString(1), rows.getInt(2));
            }
          }
        }
        return ids;
      });
    } catch (SQLException e) {
      throw new DataAccessException("looking up names", e);
    }
  }

  @Override
  public SortedMap<String, Integer> devices(String prefix, String after, int limit) {
    var devices = new TreeMap<String, Integer>();
    Condition within = SERIES.DELETED.isFalse().and(SERIES.DEVICE.gt(after));
    if (!prefix.isEmpty()) {
      within = within.and(startsWith(SERIES.DEVICE, prefix));
    }
    database
        .dsl()
        .select(SERIES.DEVICE, DSL.count())
        .from(SERIES)
        .where(within)
        .groupBy(SERIES.DEVICE)
        .orderBy(SERIES.DEVICE)
        .limit(limit)
        .forEach(row -> devices.put(row.value1(), row.value2()));
    return devices;
  }

  @Override
  public long estimatedCount() {
    Long estimate =
        database
            .dsl()
            .select(DSL.field("reltuples::bigint", Long.class))
            .from("pg_class")
            .where("oid = ?::regclass", database.schema() + ".series")
            .fetchSingle()
            .value1();
    return estimate == null ? 0 : Math.max(0, estimate);
  }

  @Override
  public Map<Integer, Long> heads(Collection<Integer> seriesIds) {
    String select =
        """
        SELECT s.id, (extract(epoch FROM r.time) * 1000000)::bigint
        FROM unnest(?::integer[]) AS s (id) CROSS JOIN LATERAL (
          SELECT time FROM reading WHERE series_id = s.id ORDER BY time DESC LIMIT 1
        ) r\
        """;
    var heads = new HashMap<Integer, Long>();
    try {
      return database.withConnection(connection -> {
        try (var _ = IndexOrder.begin(connection);
            var statement = connection.prepareStatement(select)) {
          statement.setArray(1, connection.createArrayOf("integer", seriesIds.toArray()));
          try (var rows = statement.executeQuery()) {
            while (rows.next()) {
              heads.put(rows.getInt(1), rows.getLong(2));
            }
          }
        }
        return heads;
      });
    } catch (SQLException e) {
      throw new DataAccessException("looking up heads", e);
    }
  }

  static Condition matches(SeriesSelection selection) {
    return SERIES.DELETED.isFalse().and(describes(selection));
  }

  /** As {@link #matches}, of series that may be deleted. */
  static Condition describes(SeriesSelection selection) {
    Condition condition = noCondition();
    if (!selection.names().isEmpty()) {
      condition = condition.and(SERIES.NAME.eq(DSL.any(selection.names().toArray(String[]::new))));
    }
    if (!selection.prefix().isEmpty()) {
      condition = condition.and(startsWith(SERIES.NAME, selection.prefix()));
    }
    if (!selection.device().isEmpty()) {
      condition = condition.and(SERIES.DEVICE.eq(selection.device()));
    }
    for (LabelSelector.Condition label : selection.labels().conditions()) {
      condition = condition.and(holds(label));
    }
    return condition;
  }

  /** A range of names, which the index can walk whatever the collation of the database. */
  private static Condition startsWith(Field<String> names, String prefix) {
    // Names are ASCII, so the character after the last of the prefix ends the range.
    char last = prefix.charAt(prefix.length() - 1);
    String end = prefix.substring(0, prefix.length() - 1) + (char) (last + 1);
    return names.ge(prefix).and(names.lt(end));
  }

  private static Condition holds(LabelSelector.Condition label) {
    Condition positive = noCondition();
    if (label.values().isEmpty()) {
      positive = DSL.condition("{0} ?? {1}", SERIES.LABELS, DSL.val(label.key()));
    } else {
      Condition any = DSL.falseCondition();
      for (String value : label.values()) {
        any =
            any.or(
                DSL.condition(
                    "{0} @> jsonb_build_object({1}::text, {2}::text)",
                    SERIES.LABELS, DSL.val(label.key()), DSL.val(value)));
      }
      positive = any;
    }
    return label.negated() ? DSL.not(positive) : positive;
  }

  private int shardOf(SeriesDescription description) {
    return Shards.of(description.name().value(), shardCount);
  }

  private long commit(
      Connection connection,
      SeriesChangeEncoding.Kind kind,
      List<Series> changed,
      Instant now,
      int catalogueChanges)
      throws SQLException {
    var sections = new TreeMap<Integer, SectionWriter>();
    for (Series series : changed) {
      sections
          .computeIfAbsent(series.shard(), SectionWriter::new)
          .series(encoding.encode(kind, series));
    }
    long id = FeedRows.transactionId(connection);
    int bytes = FeedRows.insertSections(connection, id, sections);
    return FeedRows.takePosition(
            connection,
            new FeedRows.Commit(id, now, realClock.instant(), bytes, 0, catalogueChanges),
            List.of(),
            List.of())
        .position()
        .position();
  }

  /** Work in a transaction that takes a position in the feed. */
  private interface CommitWork<T> {
    T run(DSLContext db, Connection connection) throws SQLException;
  }

  private <T> T inCommit(CommitWork<T> work) {
    T result =
        database.inTransaction(db ->
            db.connectionResult(connection -> {
              try {
                return work.run(db, connection);
              } catch (SQLException e) {
                throw new DataAccessException("changing the catalogue", e);
              }
            }));
    feedHead.advance(
        database
            .dsl()
            .select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION)
            .from(FEED_HEAD)
            .fetchSingle(row -> new FeedPosition(row.value1(), row.value2())));
    return result;
  }
}
