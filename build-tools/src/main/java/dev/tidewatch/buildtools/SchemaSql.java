package dev.tidewatch.buildtools;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes schemas as SQL that makes them again on an empty PostgreSQL: types, functions, tables with
 * their comments and indexes, foreign keys, views, triggers.
 */
final class SchemaSql {
  private final StringBuilder out = new StringBuilder();

  private SchemaSql() {}

  static String of(List<Schema> schemas) {
    var sql = new SchemaSql();
    sql.line("-- The whole database of Tidewatch on plain PostgreSQL, one schema per server.");
    sql.line(
        "-- Generated from the migrations by `./tidewatch docs`; the migrations are what servers run.");
    sql.line("");
    // A function may speak of tables that come later.
    sql.line("SET check_function_bodies = false;");
    schemas.forEach(sql::schema);
    return sql.out.toString();
  }

  private void schema(Schema schema) {
    line("");
    line("");
    line("-- " + "=".repeat(20) + " " + schema.name() + " " + "=".repeat(20));
    line("");
    line("CREATE SCHEMA " + identifier(schema.name()) + ";");
    comment("SCHEMA " + identifier(schema.name()), schema.comment());
    for (Schema.EnumType type : schema.enums()) {
      line("");
      line(
          "CREATE TYPE "
              + name(schema, type.name())
              + " AS ENUM ("
              + String.join(", ", type.values().stream().map(SchemaSql::literal).toList())
              + ");");
      comment("TYPE " + name(schema, type.name()), type.comment());
    }
    functions(schema, false);
    schema.tables().forEach(table -> table(schema, table));
    functions(schema, true);
    foreignKeys(schema);
    for (Schema.View view : schema.views()) {
      line("");
      line("CREATE VIEW " + name(schema, view.name()) + " AS");
      line("  " + view.definition());
      comment("VIEW " + name(schema, view.name()), view.comment());
    }
    if (!schema.triggers().isEmpty()) {
      line("");
      schema.triggers().forEach(trigger -> line(trigger + ";"));
    }
  }

  private void functions(Schema schema, boolean ofRows) {
    for (Schema.Function function : schema.functions()) {
      if (function.ofRows() == ofRows) {
        line("");
        line(function.definition() + ";");
      }
    }
  }

  private void table(Schema schema, Schema.Table table) {
    String name = name(schema, table.name());
    line("");
    if (!table.partitionOf().isEmpty()) {
      int space = table.partitionOf().indexOf(' ');
      line(
          "CREATE TABLE "
              + name
              + " PARTITION OF "
              + table.partitionOf().substring(0, space)
              + table.partitionOf().substring(space)
              + ";");
      comment("TABLE " + name, table.comment());
      return;
    }
    List<String> parts = new ArrayList<>();
    for (Schema.Column column : table.columns()) {
      parts.add(
          identifier(column.name()) + " " + column.type() + column.collation() + column.rest());
    }
    for (Schema.Constraint constraint : table.constraints()) {
      if (constraint.foreignKey() == null) {
        parts.add("CONSTRAINT " + identifier(constraint.name()) + " " + constraint.definition());
      }
    }
    line("CREATE TABLE " + name + " (");
    line("  " + String.join(",\n  ", parts));
    line(
        ")"
            + (table.partitionKey().isEmpty() ? "" : " PARTITION BY " + table.partitionKey())
            + (table.options().isEmpty() ? "" : " WITH (" + table.options() + ")")
            + ";");
    comment("TABLE " + name, table.comment());
    for (Schema.Column column : table.columns()) {
      comment("COLUMN " + name + "." + identifier(column.name()), column.comment());
    }
    table.indexes().forEach(index -> line(index + ";"));
  }

  private void foreignKeys(Schema schema) {
    boolean first = true;
    for (Schema.Table table : schema.tables()) {
      for (Schema.Constraint constraint : table.constraints()) {
        if (constraint.foreignKey() != null) {
          if (first) {
            line("");
            first = false;
          }
          line(
              "ALTER TABLE "
                  + name(schema, table.name())
                  + " ADD CONSTRAINT "
                  + identifier(constraint.name())
                  + " "
                  + constraint.definition()
                  + ";");
        }
      }
    }
  }

  private void comment(String what, String text) {
    if (!text.isEmpty()) {
      line("COMMENT ON " + what + " IS " + literal(text) + ";");
    }
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private static String name(Schema schema, String name) {
    return identifier(schema.name()) + "." + identifier(name);
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * Quoted unless it needs none whatever PostgreSQL's keywords are: our names are plain or quoted.
   */
  private static String identifier(String name) {
    return name.matches("[a-z_][a-z0-9_]*") && !RESERVED.contains(name)
        ? name
        : "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private static final List<String> RESERVED =
      List.of(
          "all",
          "analyse",
          "analyze",
          "and",
          "any",
          "array",
          "as",
          "asc",
          "both",
          "case",
          "cast",
          "check",
          "collate",
          "column",
          "constraint",
          "create",
          "default",
          "desc",
          "distinct",
          "do",
          "else",
          "end",
          "except",
          "false",
          "fetch",
          "for",
          "foreign",
          "from",
          "grant",
          "group",
          "having",
          "in",
          "into",
          "leading",
          "limit",
          "not",
          "null",
          "offset",
          "on",
          "only",
          "or",
          "order",
          "primary",
          "references",
          "returning",
          "select",
          "some",
          "table",
          "then",
          "to",
          "trailing",
          "true",
          "union",
          "unique",
          "user",
          "using",
          "when",
          "where",
          "window",
          "with");
}
