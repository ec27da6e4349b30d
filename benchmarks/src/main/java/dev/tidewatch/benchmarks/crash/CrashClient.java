package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.KeepAlive;
import dev.tidewatch.sdk.Tidewatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;

/**
 * A client of the campaign, in a process of its own that is killed and started again: a few writers
 * of each form, until standard input ends; then each waits for its last acknowledgement. Exit code
 * 0: all was acknowledged. Arguments: port, folder, number of this client, number of clients, seed.
 */
final class CrashClient {
  /** What grpc-java takes for least, so that a connection to nobody is found within 12 s. */
  static final KeepAlive KEEP_ALIVE = new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(2));

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private CrashClient() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    Path folder = Path.of(args[1]);
    int client = Integer.parseInt(args[2]);
    int clients = Integer.parseInt(args[3]);
    List<Script> scripts = Script.ofClient(Long.parseLong(args[4]), client);
    var stop = new Stop();
    Thread.ofPlatform().daemon().name("standard-input").start(() -> stop.whenEnded(System.in));
    var endpoint = new Endpoint("localhost", port);
    var connection =
        Connection.toHost("localhost")
            .withEndpoints(endpoint, endpoint, endpoint, endpoint)
            .withDeadline(DEADLINE)
            .withKeepAlive(KEEP_ALIVE);
    Path file = acknowledgedFile(folder, client);
    Map<Integer, AcknowledgedFile.Mark> known = AcknowledgedFile.read(file);
    Board board = Board.open(boardFile(folder), clients * scripts.size());
    try (var tidewatch = Tidewatch.connect(connection);
        var acknowledged = AcknowledgedFile.open(file, board);
        var threads = Executors.newFixedThreadPool(scripts.size())) {
      var running = new ExecutorCompletionService<Void>(threads);
      var senders = new ArrayList<Callable<Void>>();
      for (Script script : scripts) {
        var mark = known.getOrDefault(script.writer(), AcknowledgedFile.Mark.NONE);
        var journal = new Journal(script, board, acknowledged, mark);
        senders.add(
            switch (script.form()) {
              case IN_ORDER, SHUFFLED -> new ColumnSender(tidewatch.ingest(), journal, stop);
              case ROWS -> new RowSender(tidewatch.ingest().channel(), journal, stop);
              case REQUESTS -> new RequestSender(tidewatch.ingest(), journal, stop);
            });
      }
      senders.forEach(running::submit);
      for (Callable<Void> _ : senders) {
        awaitOne(running);
      }
    }
  }

  private static void awaitOne(ExecutorCompletionService<Void> running)
      throws InterruptedException {
    try {
      running.take().get();
    } catch (ExecutionException e) {
      e.printStackTrace();
      // The others would go on for ever.
      Runtime.getRuntime().halt(1);
    }
  }

  static Path acknowledgedFile(Path folder, int client) {
    return folder.resolve("acknowledged-" + client + ".txt");
  }

  static Path boardFile(Path folder) {
    return folder.resolve("board.bin");
  }
}
