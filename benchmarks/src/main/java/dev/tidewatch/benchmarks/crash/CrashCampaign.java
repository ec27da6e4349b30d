package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.ServerProcess;
import dev.tidewatch.benchmarks.crash.AcknowledgedFile.Mark;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One campaign: a database, an ingest server and two clients, each in processes of its own, killed
 * and cut off at random instants while readings stream in; after each blow all writers must get on
 * by themselves. At the end the verifier compares. Used once, by one thread.
 */
final class CrashCampaign {
  /** More than a million acknowledged readings in a hundred kills. */
  static final long READINGS_PER_KILL = 10_500;

  private static final int CLIENTS = 2;
  private static final int CALM_MILLIS_MAX = 400;
  private static final int DEAD_MILLIS_MAX = 300;
  private static final long RECOVERY_SECONDS_MAX = 180;

  private final CampaignOrder<Sabotage> order;
  private final Optional<String> timescaleUrl;
  private final Path folder;
  private final PrintStream progress;
  private final RandomGenerator random;
  private final List<Script> scripts = new ArrayList<>();
  private final CampaignRecord record = new CampaignRecord();

  /**
   * @param timescaleUrl a database server to use instead of a PostgreSQL of our own
   * @param folder for databases, logs and what clients keep; made by the caller
   * @param progress gets a line for each blow
   */
  CrashCampaign(
      CampaignOrder<Sabotage> order,
      Optional<String> timescaleUrl,
      Path folder,
      PrintStream progress) {
    this.order = order;
    this.timescaleUrl = timescaleUrl;
    this.folder = folder;
    this.progress = progress;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(order.seed());
    for (int client = 0; client < CLIENTS; client++) {
      scripts.addAll(Script.ofClient(order.seed(), client));
    }
  }

  /**
   * Runs it.
   *
   * @throws IllegalStateException if something did not recover, which is a fault by itself
   */
  CampaignRecord run() throws Exception {
    try (var opened = new CloseStack()) {
      run(opened);
    }
    return record;
  }

  private void run(CloseStack opened) throws Exception {
    long started = System.nanoTime();
    DatabaseUnderFire database =
        timescaleUrl.isPresent()
            ? ServerDatabaseUnderFire.create(timescaleUrl.get())
            : EmbeddedUnderFire.start(folder.resolve("postgres"));
    opened.push(database);
    record.databaseProcessesKilled = database.killsProcesses();
    var server =
        opened.push(
            Campaigns.server(
                ServerProcess.Kind.INGEST,
                database,
                folder.resolve("server.log"),
                List.of(
                    // A connection to nobody is found within 4 s.
                    "--ingest.grpc.keep-alive-time=2s",
                    "--ingest.grpc.keep-alive-timeout=2s",
                    "--ingest.grpc.permit-keep-alive-time=5s",
                    // Rollups are made while their hours still change.
                    "--ingest.rollups.quiet=1s")));
    CuttingProxy proxy = CuttingProxy.start(server.port());
    opened.push(proxy);
    Board board = Board.open(CrashClient.boardFile(folder), scripts.size());
    var clients = new ArrayList<ClientUnderFire>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          opened.push(ClientUnderFire.start(proxy.port(), folder, i, CLIENTS, order.seed())));
    }
    var follower = opened.push(LiveFollower.start(connect(server.port()), new Tally(scripts)));
    var watch = new Watch(board, server, clients);

    List<Blow> plan = Blow.plan(order.kills(), random);
    int kills = 0;
    for (Blow blow : plan) {
      watch.awaitProgress(kills * READINGS_PER_KILL);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(CALM_MILLIS_MAX));
      kills += blow.isKill() ? 1 : 0;
      progress.printf(
          "%4d of %d, %-16s %,d readings acknowledged … ",
          record.blows() + 1, plan.size(), blow.title(), watch.acknowledged());
      progress.flush();
      long struck = System.nanoTime();
      int inFlight = strike(blow, database, server, clients, proxy, board);
      watch.awaitProgress(0);
      double seconds = (System.nanoTime() - struck) / 1e9;
      record.blow(blow, inFlight > 0, seconds);
      progress.printf("%d writers in flight, went on after %.1f s%n", inFlight, seconds);
    }
    watch.awaitProgress(order.kills() * READINGS_PER_KILL);
    for (ClientUnderFire client : clients) {
      client.stop();
    }
    for (ClientUnderFire client : clients) {
      client.awaitEnd();
    }
    verify(database, server, follower, acknowledged());
    record.seconds = (System.nanoTime() - started) / 1e9;
  }

  /** Answers how many writers had something unacknowledged at that instant. */
  private int strike(
      Blow blow,
      DatabaseUnderFire database,
      ServerProcess server,
      List<ClientUnderFire> clients,
      CuttingProxy proxy,
      Board board)
      throws Exception {
    int inFlight = inFlight(board, scripts);
    switch (blow) {
      case SERVER_KILL -> {
        server.kill();
        stayDead();
        server.startAgain();
      }
      case CLIENT_KILL -> {
        ClientUnderFire client = clients.get(random.nextInt(clients.size()));
        client.kill();
        // The dead send nothing: what its board shows is what was in flight.
        inFlight = inFlight(board, client.scripts());
        stayDead();
        client.startAgain();
      }
      case DATABASE_KILL, BACKEND_KILL ->
          database.kill(blow == Blow.DATABASE_KILL, random, this::stayDead);
      case RESET -> proxy.reset();
      case CUT_AMID_MESSAGE -> proxy.cutAmidMessages(random);
      case SILENCE -> proxy.fallSilent();
    }
    return inFlight;
  }

  private void stayDead() {
    try {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(DEAD_MILLIS_MAX));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int inFlight(Board board, List<Script> scripts) {
    int count = 0;
    for (Script script : scripts) {
      if (board.sent(script.writer()) > board.answered(script.writer())) {
        count++;
      }
    }
    return count;
  }

  /** Waits for the writers, and sees that nobody ended by himself. */
  private final class Watch {
    private final Board board;
    private final ServerProcess server;
    private final List<ClientUnderFire> clients;

    Watch(Board board, ServerProcess server, List<ClientUnderFire> clients) {
      this.board = board;
      this.server = server;
      this.clients = clients;
    }

    long acknowledged() {
      long readings = 0;
      for (Script script : scripts) {
        readings += script.keys(board.recorded(script.writer()));
      }
      return readings;
    }

    /** Every writer has got something acknowledged since now, and there are so many readings. */
    void awaitProgress(long readings) throws InterruptedException {
      long[] before = new long[scripts.size()];
      Arrays.setAll(before, board::recorded);
      long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(RECOVERY_SECONDS_MAX);
      while (!stuck(before).isEmpty() || acknowledged() < readings) {
        server.assertAlive();
        clients.forEach(ClientUnderFire::assertAlive);
        if (System.nanoTime() > giveUp) {
          throw new IllegalStateException(
              "no progress within %d s of writers %s; logs are in %s"
                  .formatted(RECOVERY_SECONDS_MAX, stuck(before), folder));
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }

    private List<String> stuck(long[] before) {
      return scripts.stream()
          .filter(script -> board.recorded(script.writer()) <= before[script.writer()])
          .map(Script::writerId)
          .toList();
    }
  }

  private Map<Integer, Mark> acknowledged() throws IOException {
    var marks = new HashMap<Integer, Mark>();
    for (int client = 0; client < CLIENTS; client++) {
      marks.putAll(AcknowledgedFile.read(CrashClient.acknowledgedFile(folder, client)));
    }
    return marks;
  }

  private void verify(
      DatabaseUnderFire database,
      ServerProcess server,
      LiveFollower follower,
      Map<Integer, Mark> acknowledged)
      throws Exception {
    FeedReader live;
    try (var tidewatch = connect(server.port())) {
      live = follower.catchUp(Verifier.head(tidewatch.ingest().channel()));
    }
    record.subscriptions = follower.subscriptions();
    // Whatever the verifier reads comes from the disk, not from a server that remembers.
    server.stop();
    if (order.sabotage().isPresent()) {
      Script script = scripts.get(random.nextInt(scripts.size()));
      long batch = random.nextLong(acknowledged.getOrDefault(script.writer(), Mark.NONE).batches());
      try (var connection = database.connect()) {
        order.sabotage().get().harm(connection, script, script.batch(batch)[0].key());
      }
    }
    server.startAgain();
    long[] sent = new long[scripts.size()];
    for (Script script : scripts) {
      Mark mark = acknowledged.getOrDefault(script.writer(), Mark.NONE);
      sent[script.writer()] = script.keys(mark.batches());
      record.acknowledged += sent[script.writer()];
      for (long batch = 0; batch < mark.batches(); batch++) {
        record.entries += script.size(batch);
      }
    }
    progress.printf("verifying %,d readings …%n", record.acknowledged);
    try (var connection = database.connect();
        var tidewatch = connect(server.port())) {
      boolean caughtUp = RollupCounts.awaitCaughtUp(connection);
      record.verdict =
          new Verifier(tidewatch.ingest().channel(), scripts, acknowledged).verify(live);
      record.verdict.rollupsBehind = !caughtUp;
      if (caughtUp) {
        RollupCounts.compare(connection, sent, record.verdict);
      } else {
        record.verdict.fault("the rollups do not catch up with the feed");
      }
    }
  }

  private static Tidewatch connect(int port) {
    var endpoint = new Endpoint("localhost", port);
    return Tidewatch.connect(
        Connection.toHost("localhost")
            .withEndpoints(endpoint, endpoint, endpoint, endpoint)
            .withKeepAlive(CrashClient.KEEP_ALIVE));
  }
}
