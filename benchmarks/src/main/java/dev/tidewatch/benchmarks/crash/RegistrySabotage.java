package dev.tidewatch.benchmarks.crash;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Harm done to a stopped registry behind the verifier's back, to see whether it notices. */
enum RegistrySabotage {
  /** An alias is gone. */
  LOSE_ALIAS {
    @Override
    void harm(Connection connection, Path artifacts) throws SQLException {
      try (var statement = connection.createStatement()) {
        requireOne(statement.executeUpdate("DELETE FROM registry.alias WHERE alias = 'champion'"));
      }
    }
  },
  /** A version's file lacks its last byte. */
  HALVE_VERSION {
    @Override
    void harm(Connection connection, Path artifacts) throws IOException {
      List<Path> files;
      try (Stream<Path> found = Files.walk(artifacts.resolve("blobs"))) {
        files = found.filter(Files::isRegularFile).sorted().toList();
      }
      try (FileChannel file = FileChannel.open(files.getFirst(), StandardOpenOption.WRITE)) {
        file.truncate(file.size() - 1);
      }
    }
  },
  /** One alias moved where two should have. */
  TEAR_MOVE {
    @Override
    void harm(Connection connection, Path artifacts) throws SQLException {
      try (var statement = connection.createStatement()) {
        requireOne(
            statement.executeUpdate(
                """
                UPDATE registry.alias SET version = (
                  SELECT version FROM registry.model_version AS other
                  WHERE other.model = alias.model AND other.version <> alias.version LIMIT 1)
                WHERE alias = 'canary'\
                """));
      }
    }
  };

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Does it. */
  abstract void harm(Connection connection, Path artifacts) throws SQLException, IOException;

  private static void requireOne(int rows) {
    if (rows != 1) {
      throw new IllegalStateException("the sabotage touched " + rows + " rows");
    }
  }
}
