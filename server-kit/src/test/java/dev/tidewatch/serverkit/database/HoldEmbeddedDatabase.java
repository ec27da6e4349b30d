package dev.tidewatch.serverkit.database;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Starts an embedded PostgreSQL in the given folder, says where, and stays until it is killed. */
final class HoldEmbeddedDatabase {
  private HoldEmbeddedDatabase() {}

  public static void main(String[] args) throws InterruptedException {
    try (var database = EmbeddedDatabase.start(EmbeddedConfig.in(Path.of(args[0])))) {
      System.out.println("URL " + database.url());
      new CountDownLatch(1).await();
    }
  }
}
