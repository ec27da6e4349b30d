package dev.tidewatch.registry.storage;

import dev.tidewatch.registry.domain.FoundVersions;
import dev.tidewatch.registry.domain.ModelVersion;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.VersionFilter;
import dev.tidewatch.registry.domain.VersionIndex;
import dev.tidewatch.registry.domain.VersionOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Result;

/**
 * Search over the table {@code version_search}.
 *
 * <p>Two ways lead to a page, and neither is good for every question. Walking along the order and
 * looking at each version is quick where many match; the inverted index of terms finds the few, but
 * sorts all that match. So the first {@value #NEAR} in the order are looked at; only where they do
 * not fill the page is the inverted index asked. What a question costs is bounded either way, and
 * the planner, which knows nothing of how conditions hang together, is left no choice.
 */
final class VersionSearchTable implements VersionIndex {
  private static final int NEAR = 500;
  private static final String WALK =
      settings(
          Map.of(
              "enable_seqscan", "off",
              "enable_bitmapscan", "off",
              "enable_hashjoin", "off",
              "enable_mergejoin", "off",
              "enable_memoize", "off"));
  private static final String BY_TERMS =
      settings(
          Map.of(
              "enable_seqscan", "off",
              "enable_indexscan", "off",
              "enable_indexonlyscan", "off"));
  private static final String USUAL =
      settings(
          Map.of(
              "enable_seqscan", "on",
              "enable_bitmapscan", "on",
              "enable_hashjoin", "on",
              "enable_mergejoin", "on",
              "enable_memoize", "on",
              "enable_indexscan", "on",
              "enable_indexonlyscan", "on"));

  private final DSLContext sql;
  private final VersionTable versions;

  VersionSearchTable(DSLContext sql, VersionTable versions) {
    this.sql = sql;
    this.versions = versions;
  }

  /** A version that was found, and where the order goes on behind it. */
  private record Hit(long ordinal, SearchCursor cursor) {}

  @Override
  public Page<ModelVersion> search(VersionFilter filter, VersionOrder order, PageRequest request) {
    Optional<SearchCursor> after = request.after().map(SearchCursor::parse);
    int wanted = request.size() + 1;
    Long[] terms = terms(filter);
    List<Hit> hits = new ArrayList<>();
    if (order.metric().isPresent() && after.map(SearchCursor::byMetric).orElse(true)) {
      hits.addAll(byMetric(filter, terms, order, after, wanted));
    }
    if (hits.size() < wanted && !boundedBy(filter, order.metric())) {
      Optional<SearchCursor> behind = after.filter(cursor -> !cursor.byMetric());
      hits.addAll(byTime(filter, terms, order.metric(), behind, wanted - hits.size()));
    }
    sql.execute(USUAL);
    Page<Hit> page = Page.of(hits, request.size(), hit -> hit.cursor().toString());
    return new Page<>(versions.find(page.items().stream().map(Hit::ordinal).toList()), page.next());
  }

  @Override
  public FoundVersions all(VersionFilter filter) {
    Long[] terms = terms(filter);
    SearchSql found = new SearchSql().text("FROM version_search s WHERE true");
    conditions(found, filter, terms);
    Result<Record> ordinals =
        new SearchSql()
            .text("SELECT s.ordinal ")
            .append(found)
            .text(" ORDER BY s.created_at DESC, s.ordinal DESC")
            .fetch(sql);
    return new FoundVersions(
        ordinals.map(row -> row.get(0, Long.class)),
        names("metric_names", found),
        names("tag_keys", found));
  }

  private SortedSet<String> names(String column, SearchSql found) {
    return new TreeSet<>(
        new SearchSql()
            .text("SELECT DISTINCT unnest(s." + column + ") ")
            .append(found)
            .fetch(sql)
            .map(row -> row.get(0, String.class)));
  }

  @Override
  public List<ModelVersion> read(List<Long> ordinals) {
    return versions.find(ordinals);
  }

  /** Newest first; with a metric, only versions without it. */
  private List<Hit> byTime(
      VersionFilter filter,
      Long[] terms,
      Optional<String> without,
      Optional<SearchCursor> after,
      int wanted) {
    SearchSql inOrder = new SearchSql().text("SELECT * FROM version_search WHERE true");
    made(inOrder, "", filter);
    after.ifPresent(cursor ->
        inOrder
            .text(" AND (created_at, ordinal) < (")
            .value(cursor.createdAt())
            .text(", ")
            .value(cursor.ordinal())
            .text(")"));
    inOrder.text(" ORDER BY created_at DESC, ordinal DESC");
    SearchSql narrowed = new SearchSql();
    conditions(narrowed, filter, terms);
    without.ifPresent(metric ->
        narrowed
            .text(" AND NOT s.terms @> ARRAY[version_term('metric', ")
            .value(metric)
            .text(")]"));
    boolean selective = terms.length > 0 || filter.alias().isPresent();
    if (filter.alias().isEmpty()) {
      SearchSql walk =
          new SearchSql()
              .text("SELECT s.ordinal, s.created_at FROM (")
              .append(inOrder)
              .text(selective ? " LIMIT " + near(wanted) : "")
              .text(") s WHERE true")
              .append(narrowed)
              .text(" ORDER BY s.created_at DESC, s.ordinal DESC LIMIT " + wanted);
      sql.execute(WALK);
      List<Hit> hits = walk.fetch(sql).map(VersionSearchTable::hitByTime);
      if (!selective || hits.size() == wanted) {
        return hits;
      }
    }
    SearchSql among = new SearchSql().text("SELECT s.ordinal, s.created_at FROM version_search s");
    among.text(" WHERE true").append(narrowed);
    after.ifPresent(cursor ->
        among
            .text(" AND (s.created_at, s.ordinal) < (")
            .value(cursor.createdAt())
            .text(", ")
            .value(cursor.ordinal())
            .text(")"));
    among.text(" ORDER BY s.created_at DESC, s.ordinal DESC LIMIT " + wanted);
    settle(filter);
    return among.fetch(sql).map(VersionSearchTable::hitByTime);
  }

  /** By the values of the order's metric. */
  private List<Hit> byMetric(
      VersionFilter filter,
      Long[] terms,
      VersionOrder order,
      Optional<SearchCursor> after,
      int wanted) {
    String metric = order.metric().orElseThrow();
    String direction = order.descending() ? " DESC" : "";
    String behind = order.descending() ? "<" : ">";
    SearchSql inOrder =
        new SearchSql()
            .text("SELECT ordinal, value FROM version_metric WHERE metric = ")
            .value(metric);
    filter.metrics().stream()
        .filter(bound -> bound.metric().equals(metric))
        .forEach(bound -> {
          bound.min().ifPresent(min -> inOrder.text(" AND value >= ").value(min));
          bound.max().ifPresent(max -> inOrder.text(" AND value <= ").value(max));
        });
    after.ifPresent(cursor ->
        inOrder
            .text(" AND (value, ordinal) " + behind + " (")
            .value(cursor.value())
            .text(", ")
            .value(cursor.ordinal())
            .text(")"));
    inOrder.text(" ORDER BY value" + direction + ", ordinal" + direction);
    SearchSql narrowed = new SearchSql();
    conditions(narrowed, filter, terms);
    int own = boundedBy(filter, order.metric()) ? 1 : 0;
    boolean selective = terms.length > own || filter.alias().isPresent();
    if (filter.alias().isEmpty()) {
      SearchSql walk =
          new SearchSql()
              .text("SELECT s.ordinal, m.value FROM (")
              .append(inOrder)
              .text(selective ? " LIMIT " + near(wanted) : "")
              .text(") m JOIN version_search s ON s.ordinal = m.ordinal WHERE true")
              .append(narrowed)
              .text(" ORDER BY m.value" + direction + ", m.ordinal" + direction)
              .text(" LIMIT " + wanted);
      sql.execute(WALK);
      List<Hit> hits = walk.fetch(sql).map(VersionSearchTable::hitByValue);
      if (!selective || hits.size() == wanted) {
        return hits;
      }
    }
    SearchSql among = new SearchSql().text("SELECT f.ordinal, f.value FROM (SELECT s.ordinal, ");
    figure(among, metric)
        .text(" AS value FROM version_search s WHERE s.terms @> ARRAY[version_term('metric', ")
        .value(metric)
        .text(")]")
        .append(narrowed)
        .text(") f WHERE true");
    after.ifPresent(cursor ->
        among
            .text(" AND (f.value, f.ordinal) " + behind + " (")
            .value(cursor.value())
            .text(", ")
            .value(cursor.ordinal())
            .text(")"));
    among
        .text(" ORDER BY f.value" + direction + ", f.ordinal" + direction)
        .text(" LIMIT " + wanted);
    settle(filter);
    return among.fetch(sql).map(VersionSearchTable::hitByValue);
  }

  /** An alias names few versions; then the planner knows best. */
  private void settle(VersionFilter filter) {
    sql.execute(filter.alias().isPresent() ? USUAL : BY_TERMS);
  }

  private static int near(int wanted) {
    return Math.max(NEAR, 4 * wanted);
  }

  private static boolean boundedBy(VersionFilter filter, Optional<String> metric) {
    return filter.metrics().stream().anyMatch(bound -> metric.equals(Optional.of(bound.metric())));
  }

  /** Everything but the order: to be put behind a WHERE over {@code version_search s}. */
  private static void conditions(SearchSql into, VersionFilter filter, Long[] terms) {
    if (terms.length > 0) {
      into.text(" AND s.terms @> ").value(terms);
    }
    made(into, "s.", filter);
    filter
        .metrics()
        .forEach(bound -> {
          bound
              .min()
              .ifPresent(min -> figure(into.text(" AND "), bound.metric()).text(" >= ").value(min));
          bound
              .max()
              .ifPresent(max -> figure(into.text(" AND "), bound.metric()).text(" <= ").value(max));
        });
    filter
        .alias()
        .ifPresent(alias ->
            into.text(" AND (s.model, s.version) IN (SELECT a.model, a.version FROM alias a")
                .text(" WHERE a.alias = ")
                .value(alias.value())
                .text(")"));
  }

  private static void made(SearchSql into, String table, VersionFilter filter) {
    filter
        .createdFrom()
        .ifPresent(from -> into.text(" AND " + table + "created_at >= ").value(from));
    filter.createdTo().ifPresent(to -> into.text(" AND " + table + "created_at < ").value(to));
  }

  private static SearchSql figure(SearchSql into, String metric) {
    return into.text("s.metric_values[array_position(s.metric_names, ").value(metric).text(")]");
  }

  /** What the filter asks for, in the form of the index. */
  private Long[] terms(VersionFilter filter) {
    SearchSql query =
        new SearchSql().text("SELECT DISTINCT term FROM (SELECT version_term('word', word)");
    query.text(" FROM search_words(").value(filter.text()).text(") AS word");
    filter.model().ifPresent(model -> term(query, "model", model.value()));
    filter.task().ifPresent(task -> term(query, "task", task.name()));
    filter.family().ifPresent(family -> term(query, "family", family));
    filter.state().ifPresent(state -> term(query, "state", state.name()));
    filter.series().ifPresent(series -> term(query, "series", series));
    filter.metrics().forEach(bound -> term(query, "metric", bound.metric()));
    filter
        .tags()
        .forEach((key, value) ->
            query
                .text(" UNION ALL SELECT version_tag_term(")
                .value(key)
                .text(", ")
                .value(value)
                .text(")"));
    return query
        .text(") AS asked (term)")
        .fetch(sql)
        .map(row -> row.get(0, Long.class))
        .toArray(Long[]::new);
  }

  private static void term(SearchSql query, String kind, String content) {
    query.text(" UNION ALL SELECT version_term('" + kind + "', ").value(content).text(")");
  }

  private static Hit hitByTime(Record row) {
    long ordinal = row.get(0, Long.class);
    return new Hit(ordinal, SearchCursor.ofTime(row.get(1, Instant.class), ordinal));
  }

  private static Hit hitByValue(Record row) {
    long ordinal = row.get(0, Long.class);
    return new Hit(ordinal, SearchCursor.ofValue(row.get(1, Double.class), ordinal));
  }

  /** Of this transaction only. */
  private static String settings(Map<String, String> values) {
    StringBuilder select = new StringBuilder("SELECT set_config('jit', 'off', true)");
    values.forEach(
        (name, value) -> select.append(", set_config('%s', '%s', true)".formatted(name, value)));
    return select.toString();
  }
}
