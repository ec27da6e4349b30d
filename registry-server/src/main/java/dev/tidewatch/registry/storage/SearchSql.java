package dev.tidewatch.registry.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.QueryPart;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** A query in the making: text and bound values, one after the other. */
final class SearchSql {
  private final List<QueryPart> parts = new ArrayList<>();

  SearchSql text(String text) {
    return add(DSL.sql(text));
  }

  SearchSql value(String value) {
    return add(DSL.val(value));
  }

  SearchSql value(long value) {
    return add(DSL.val(value));
  }

  SearchSql value(double value) {
    return add(DSL.val(value));
  }

  SearchSql value(Instant value) {
    return add(DSL.val(value, SQLDataType.INSTANT));
  }

  SearchSql value(Long[] values) {
    return add(DSL.val(values, SQLDataType.BIGINT.array()));
  }

  SearchSql append(SearchSql other) {
    parts.addAll(other.parts);
    return this;
  }

  Result<Record> fetch(DSLContext sql) {
    String template =
        IntStream.range(0, parts.size()).mapToObj(i -> "{" + i + "}").collect(Collectors.joining());
    return sql.fetch(template, parts.toArray(QueryPart[]::new));
  }

  private SearchSql add(QueryPart part) {
    parts.add(part);
    return this;
  }
}
