package dev.tidewatch.standalone.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an archive holds; its entry {@code manifest.json}. */
record Manifest(
    int formatVersion, String created, List<SchemaPart> schemas, List<FilePart> artifacts) {
  /** Raised when an older restore would misread an archive. */
  static final int FORMAT_VERSION = 1;

  Manifest {
    schemas = List.copyOf(schemas);
    artifacts = List.copyOf(artifacts);
  }

  /**
   * One server's schema.
   *
   * @param version of its newest Flyway migration
   * @param tables in an order in which they can be loaded
   */
  record SchemaPart(String name, String version, List<TablePart> tables) {
    SchemaPart {
      tables = List.copyOf(tables);
    }
  }

  /**
   * One table, in PostgreSQL's binary COPY format.
   *
   * @param months first days of the months that partitions are needed for, such as {@code
   *     2026-03-01}
   * @param identities last value of the sequence of each identity column
   */
  record TablePart(
      String name,
      List<String> columns,
      long rows,
      FilePart file,
      List<String> months,
      Map<String, Long> identities) {
    TablePart {
      columns = List.copyOf(columns);
      months = List.copyOf(months);
      identities = Map.copyOf(identities);
    }
  }

  /** An entry of the archive: its length before compression, and its SHA-256 in hexadecimal. */
  record FilePart(String entry, long bytes, String sha256) {}

  List<FilePart> files() {
    var files = new ArrayList<FilePart>();
    schemas.forEach(schema -> schema.tables().forEach(table -> files.add(table.file())));
    files.addAll(artifacts);
    return files;
  }
}
