package dev.tidewatch.benchmarks;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Whether the database promises that a commit is on disk.
 *
 * @param text the settings and their values, for people
 * @param on whether all of them are on
 */
record Durability(String text, boolean on) {
  private static final String[] SETTINGS = {"fsync", "synchronous_commit", "full_page_writes"};

  /** Asks the server, after a while: when it is under load. */
  static CompletableFuture<Durability> askIn(long millis, BenchDatabase database) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ask(database);
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        },
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
  }

  private static Durability ask(BenchDatabase database) throws SQLException {
    var text = new StringBuilder();
    boolean on = true;
    for (String setting : SETTINGS) {
      String value = database.text("SHOW " + setting);
      text.append(text.isEmpty() ? "" : ", ").append(setting).append('=').append(value);
      on &= value.equals("on");
    }
    return new Durability(text.toString(), on);
  }
}
