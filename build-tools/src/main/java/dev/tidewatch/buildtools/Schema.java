package dev.tidewatch.buildtools;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One schema as PostgreSQL's catalogue tells it, in an order that depends on the definitions alone:
 * tables by name, columns as declared, functions and views as they were made. Flyway's own table is
 * left out.
 */
record Schema(
    String name,
    String comment,
    List<EnumType> enums,
    List<Function> functions,
    List<Table> tables,
    List<View> views,
    List<String> triggers) {

  /** A type that lists its values. */
  record EnumType(String name, String comment, List<String> values) {}

  /**
   * A function or procedure.
   *
   * @param ofRows takes rows of a table, which must be there before it
   */
  record Function(String definition, boolean ofRows) {}

  /**
   * A table, partitioned or not; {@code partitionOf} is the clause of a partition and empty
   * otherwise.
   *
   * @param partitionKey what follows PARTITION BY, or empty
   * @param options storage parameters as {@code name=value}, or empty
   */
  record Table(
      String name,
      String comment,
      List<Column> columns,
      List<Constraint> constraints,
      List<String> indexes,
      String partitionKey,
      String partitionOf,
      String options) {
    List<ForeignKey> foreignKeys() {
      return constraints.stream()
          .map(Constraint::foreignKey)
          .filter(java.util.Objects::nonNull)
          .toList();
    }

    boolean inPrimaryKey(String column) {
      return constraints.stream()
          .anyMatch(each -> each.kind().equals("p") && each.columns().contains(column));
    }
  }

  /**
   * A column.
   *
   * @param collation with its keyword, or empty
   * @param rest what follows the type: identity, generation, default, NOT NULL
   */
  record Column(String name, String type, String collation, String rest, String comment) {
    boolean nullable() {
      return !rest.contains("NOT NULL");
    }
  }

  /** A constraint; {@code kind} is PostgreSQL's letter: p, u, c, f or x. */
  record Constraint(
      String name,
      String kind,
      String definition,
      List<String> columns,
      @Nullable ForeignKey foreignKey) {}

  /** From columns of the table that has it to another table. */
  record ForeignKey(List<String> columns, String schema, String table) {}

  /** A view. */
  record View(String name, String comment, String definition) {}

  /** Reads the schema. */
  static Schema read(Connection connection, String name) throws SQLException {
    return new Reader(connection, name).read();
  }

  private record Reader(Connection connection, String schema) {
    Schema read() throws SQLException {
      // An empty path makes PostgreSQL qualify every name in the definitions that it prints.
      try (var statement = connection.createStatement()) {
        statement.execute("SET search_path TO pg_catalog");
      }
      List<EnumType> enums =
          query(
              """
              SELECT t.typname, coalesce(obj_description(t.oid, 'pg_type'), ''),
                     array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
              FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
              WHERE t.typnamespace = ?::regnamespace GROUP BY t.oid, t.typname ORDER BY t.typname
              """,
              row -> new EnumType(row.getString(1), row.getString(2), strings(row, 3)));
      List<Function> functions =
          query(
              """
              SELECT pg_get_functiondef(p.oid),
                     EXISTS (SELECT FROM unnest(p.proargtypes) AS argument JOIN pg_type t ON t.oid = argument
                             WHERE t.typtype = 'c')
              FROM pg_proc p WHERE pronamespace = ?::regnamespace AND prokind IN ('f', 'p') ORDER BY oid
              """,
              row -> new Function(row.getString(1).strip(), row.getBoolean(2)));
      List<View> views =
          query(
              """
              SELECT relname, coalesce(obj_description(oid, 'pg_class'), ''), pg_get_viewdef(oid, true)
              FROM pg_class WHERE relnamespace = ?::regnamespace AND relkind = 'v' ORDER BY oid
              """,
              row -> new View(row.getString(1), row.getString(2), row.getString(3).strip()));
      List<String> triggers =
          query(
              """
              SELECT pg_get_triggerdef(t.oid, true) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              WHERE c.relnamespace = ?::regnamespace AND NOT t.tgisinternal ORDER BY c.relname, t.tgname
              """,
              row -> row.getString(1));
      List<String> comment =
          query(
              "SELECT coalesce(obj_description(?::regnamespace, 'pg_namespace'), '')",
              row -> row.getString(1));
      return new Schema(schema, comment.getFirst(), enums, functions, tables(), views, triggers);
    }

    private List<Table> tables() throws SQLException {
      record Head(
          long oid, String name, String comment, String key, String partitionOf, String options) {}
      List<Head> heads =
          query(
              """
              SELECT c.oid, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''),
                     coalesce(pg_get_partkeydef(c.oid), ''),
                     CASE WHEN c.relispartition
                          THEN i.inhparent::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid) ELSE '' END,
                     coalesce(array_to_string(c.reloptions, ', '), '')
              FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
              WHERE c.relnamespace = ?::regnamespace AND c.relkind IN ('r', 'p')
                AND c.relname <> 'flyway_schema_history'
              ORDER BY c.relispartition, c.relname
              """,
              row ->
                  new Head(
                      row.getLong(1),
                      row.getString(2),
                      row.getString(3),
                      row.getString(4),
                      row.getString(5),
                      row.getString(6)));
      List<Table> tables = new ArrayList<>();
      for (Head head : heads) {
        tables.add(
            new Table(
                head.name(),
                head.comment(),
                columns(head.oid()),
                constraints(head.oid()),
                indexes(head.oid()),
                head.key(),
                head.partitionOf(),
                head.options()));
      }
      return tables;
    }

    private List<Column> columns(long table) throws SQLException {
      return query(
          """
          SELECT a.attname, format_type(a.atttypid, a.atttypmod),
                 CASE WHEN a.attcollation <> t.typcollation
                      THEN ' COLLATE ' || quote_ident(l.collname) ELSE '' END,
                 CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
                                    WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' ELSE '' END
                 || CASE WHEN a.attgenerated <> ''
                         THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')'
                              || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END
                         WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
                         ELSE '' END
                 || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
                 coalesce(col_description(a.attrelid, a.attnum), '')
          FROM pg_attribute a
          JOIN pg_type t ON t.oid = a.atttypid
          LEFT JOIN pg_collation l ON l.oid = a.attcollation
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
          """,
          Long.toString(table),
          row ->
              new Column(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5)));
    }

    private List<Constraint> constraints(long table) throws SQLException {
      return query(
          """
          SELECT c.conname, c.contype::text, pg_get_constraintdef(c.oid, true),
                 array(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
                       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place),
                 coalesce(n.nspname, ''), coalesce(f.relname, '')
          FROM pg_constraint c
          LEFT JOIN pg_class f ON f.oid = c.confrelid
          LEFT JOIN pg_namespace n ON n.oid = f.relnamespace
          WHERE c.conrelid = ?::oid AND c.contype IN ('p', 'u', 'c', 'f', 'x') AND c.coninhcount = 0
          ORDER BY position(c.contype::text IN 'pucxf'), c.conname
          """,
          Long.toString(table),
          row -> {
            List<String> columns = strings(row, 4);
            boolean foreign = row.getString(2).equals("f");
            return new Constraint(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                columns,
                foreign ? new ForeignKey(columns, row.getString(5), row.getString(6)) : null);
          });
    }

    private List<String> indexes(long table) throws SQLException {
      return query(
          """
          SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
          WHERE i.indrelid = ?::oid
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
            AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
          ORDER BY c.relname
          """,
          Long.toString(table),
          row -> row.getString(1));
    }

    private <T> List<T> query(String sql, Mapping<T> mapping) throws SQLException {
      return query(sql, schema, mapping);
    }

    private <T> List<T> query(String sql, String parameter, Mapping<T> mapping)
        throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, parameter);
        try (ResultSet rows = statement.executeQuery()) {
          List<T> result = new ArrayList<>();
          while (rows.next()) {
            result.add(mapping.map(rows));
          }
          return result;
        }
      }
    }

    private static List<String> strings(ResultSet row, int column) throws SQLException {
      return List.of((String[]) row.getArray(column).getArray());
    }
  }

  @FunctionalInterface
  private interface Mapping<T> {
    T map(ResultSet row) throws SQLException;
  }
}
