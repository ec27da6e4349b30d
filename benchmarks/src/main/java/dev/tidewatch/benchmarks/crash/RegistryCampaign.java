package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.ServerProcess;
import dev.tidewatch.benchmarks.crash.RegistryCalls.Aliases;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.proto.registry.v1.CreateModelVersionRequest;
import dev.tidewatch.proto.registry.v1.GetUploadResponse;
import dev.tidewatch.proto.registry.v1.ModelSignature;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One campaign: a database and a registry in processes of their own; the registry is killed at
 * random instants of uploads, promotions and rollbacks. After each kill it is started again,
 * compared with what was acknowledged, and what was under way is asked for once more. Used once, by
 * one thread.
 */
final class RegistryCampaign {
  private static final int ARTIFACT_BYTES_MIN = 200_000;
  private static final int ARTIFACT_BYTES_MAX = 4 << 20;
  private static final int FIRST_VERSIONS = 4;

  /** Below this many kills it is left to chance how many come amid a step. */
  private static final int FEW_KILLS = 20;

  private static final String ROLLBACK = "rollback ";

  /** A step that is under fire. */
  private interface Step {
    void take(RegistryCalls calls);
  }

  private final CampaignOrder<RegistrySabotage> order;
  private final Path folder;
  private final PrintStream progress;
  private final RandomGenerator random;
  private final RegistryVerdict verdict = new RegistryVerdict();
  private final RegistryScene scene = new RegistryScene();
  private final RegistryVerifier verifier = new RegistryVerifier(scene, verdict);
  private final RegistryRecord record = new RegistryRecord(verdict);
  private final Map<RegistryBlow, Long> usualNanos = new EnumMap<>(RegistryBlow.class);
  private final List<String> versions = new ArrayList<>();
  private Aliases at = new Aliases(null, null);
  private int steps;

  /**
   * @param folder for database, artifacts and log; made by the caller
   * @param progress gets a line for each kill
   */
  RegistryCampaign(CampaignOrder<RegistrySabotage> order, Path folder, PrintStream progress) {
    this.order = order;
    this.folder = folder;
    this.progress = progress;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(order.seed());
  }

  static boolean isRollback(String reason) {
    return reason.startsWith(ROLLBACK);
  }

  /** Runs it. */
  RegistryRecord run() throws Exception {
    try (var opened = new CloseStack()) {
      run(opened);
    }
    return record;
  }

  private void run(CloseStack opened) throws Exception {
    long started = System.nanoTime();
    DatabaseUnderFire database = EmbeddedUnderFire.start(folder.resolve("postgres"));
    opened.push(database);
    Path artifacts = folder.resolve("artifacts");
    var server =
        opened.push(
            Campaigns.server(
                ServerProcess.Kind.REGISTRY,
                database,
                folder.resolve("registry.log"),
                List.of(
                    "--registry.artifacts.folder=" + artifacts,
                    // What a crash left is swept at the next start.
                    "--registry.artifacts.orphan-age-min=0s")));
    try (var tidewatch = connect(server.port())) {
      begin(tidewatch);
    }
    try (var reader = RegistryReader.start(verifier, connect(server.port()))) {
      List<RegistryBlow> plan = RegistryBlow.plan(order.kills(), order.seed());
      for (RegistryBlow blow : plan) {
        round(blow, server);
      }
      int extra = order.kills() < FEW_KILLS ? 0 : order.kills();
      for (Optional<RegistryBlow> more = missing(); more.isPresent() && extra > 0; extra--) {
        round(more.get(), server);
        more = missing();
      }
      record.looks = reader.looks();
    }
    server.stop();
    if (order.sabotage().isPresent()) {
      try (var connection = database.connect()) {
        order.sabotage().get().harm(connection, artifacts);
      }
    }
    server.startAgain();
    progress.println("verifying …");
    try (var tidewatch = connect(server.port())) {
      var calls = new RegistryCalls(tidewatch.registry().channel());
      verifier.verify(calls);
      verifier.download(calls);
      verifier.countLeftovers(calls, artifacts);
      record.versions = calls.versions().size();
      record.moves = calls.history(RegistryCalls.CHAMPION).size();
    }
    record.seconds = (System.nanoTime() - started) / 1e9;
  }

  /** A step that too many kills came too late for. */
  private Optional<RegistryBlow> missing() {
    int wanted = order.kills() / RegistryBlow.values().length;
    return Arrays.stream(RegistryBlow.values())
        .filter(blow -> record.amid(blow) < wanted)
        .findFirst();
  }

  /** Some versions, both aliases, and how long each step takes when nobody disturbs it. */
  private void begin(Tidewatch tidewatch) {
    var _ =
        tidewatch
            .registry()
            .createModel(RegistryCalls.MODEL, Task.TASK_FORECAST, "killed while it changes");
    var calls = new RegistryCalls(tidewatch.registry().channel());
    for (int i = 0; i < FIRST_VERSIONS; i++) {
      calm(RegistryBlow.UPLOAD, calls);
    }
    for (int i = 0; i < 2; i++) {
      calm(RegistryBlow.PROMOTION, calls);
      calm(RegistryBlow.ROLLBACK, calls);
    }
  }

  /** Takes a step without a kill. */
  private void calm(RegistryBlow blow, RegistryCalls calls) {
    if (blow == RegistryBlow.UPLOAD) {
      Upload upload = new Upload(++steps);
      long started = System.nanoTime();
      upload.take(calls);
      usualNanos.put(blow, System.nanoTime() - started);
    } else {
      Move move = nextMove(blow, calls);
      long started = System.nanoTime();
      move.take(calls);
      usualNanos.put(blow, System.nanoTime() - started);
      at = move.after;
    }
  }

  private void round(RegistryBlow blow, ServerProcess server) throws Exception {
    try (var tidewatch = connect(server.port())) {
      var calls = new RegistryCalls(tidewatch.registry().channel());
      // The first step of a server that was just started takes longer than it usually does.
      calm(blow, calls);
      calm(blow, calls);
      if (blow == RegistryBlow.UPLOAD) {
        Upload upload = new Upload(++steps);
        boolean amid = fire(blow, upload, calls, server);
        finish(blow, amid, server, upload::verify);
      } else {
        Move move = nextMove(blow, calls);
        boolean amid = fire(blow, move, calls, server);
        finish(blow, amid, server, move::verify);
        at = move.after;
      }
    }
  }

  /** Whether the step was unanswered when the server was killed. */
  private boolean fire(RegistryBlow blow, Step step, RegistryCalls calls, ServerProcess server)
      throws Exception {
    long usual = usualNanos.getOrDefault(blow, 0L);
    long delay = random.nextLong(Math.max(1, usual));
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CompletableFuture<Void> running = new CompletableFuture<>();
    Thread stepper =
        Thread.ofPlatform()
            .name("registry-step")
            .start(() -> {
              try {
                step.take(calls);
              } catch (StatusRuntimeException e) {
                if (!RegistryReader.wasKilled(e)) {
                  failure.set(e);
                }
              } catch (RuntimeException e) {
                failure.set(e);
              } finally {
                running.complete(null);
              }
            });
    long end = System.nanoTime() + delay;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(Math.min(100_000, Math.max(1, end - System.nanoTime())));
    }
    boolean amid = !running.isDone();
    server.kill();
    stepper.join(TimeUnit.SECONDS.toMillis(90));
    if (failure.get() != null) {
      throw new IllegalStateException(blow.title() + " failed, and not by the kill", failure.get());
    }
    return amid;
  }

  private void finish(RegistryBlow blow, boolean amid, ServerProcess server, Step afterwards)
      throws Exception {
    long killed = System.nanoTime();
    server.startAgain();
    double seconds = (System.nanoTime() - killed) / 1e9;
    try (var tidewatch = connect(server.port())) {
      afterwards.take(new RegistryCalls(tidewatch.registry().channel()));
    }
    record.kill(blow, amid, seconds);
    progress.printf(
        "%4d of %d, %-9s %s, back after %.1f s%n",
        record.kills(), order.kills(), blow.title(), amid ? "amid it" : "after it", seconds);
  }

  private static Tidewatch connect(int port) {
    var endpoint = new Endpoint("localhost", port);
    return Tidewatch.connect(
        Connection.toHost("localhost").withEndpoints(endpoint, endpoint, endpoint, endpoint));
  }

  /** A file that becomes a version. */
  private final class Upload implements Step {
    private final String title;
    private final byte[] bytes;
    private final String sha256;
    private final String uploadId = uuid();
    private final CreateModelVersionRequest request;
    private volatile boolean uploaded;
    private volatile boolean made;

    Upload(int step) {
      title = "upload " + step;
      bytes = new byte[random.nextInt(ARTIFACT_BYTES_MIN, ARTIFACT_BYTES_MAX)];
      random.nextBytes(bytes);
      sha256 = RegistryCalls.sha256(bytes);
      request =
          CreateModelVersionRequest.newBuilder()
              .setRequestId(uuid())
              .setModel(RegistryCalls.MODEL)
              .setArtifactSha256(sha256)
              .setFamily("seasonal-naive")
              .setSignature(ModelSignature.newBuilder().setHorizonSteps(24))
              .putTags(RegistryVerifier.TITLE, title)
              .build();
      scene.ask(title, sha256);
    }

    @Override
    public void take(RegistryCalls calls) {
      if (calls.upload(uploadId, bytes, 0).getComplete()) {
        acknowledgeUpload();
      }
      acknowledge(calls.createVersion(request));
    }

    private void acknowledgeUpload() {
      uploaded = true;
      scene.acknowledgeArtifact(sha256);
    }

    private void acknowledge(String version) {
      if (!made) {
        versions.add(version);
      }
      made = true;
      scene.acknowledgeVersion(title);
    }

    /** After the restart: whole or not there; goes on where it was; is there once in the end. */
    void verify(RegistryCalls calls) {
      verifier.verify(calls);
      if (calls.artifact(sha256).isPresent()) {
        requireBytes(calls);
      } else if (uploaded) {
        verdict.fault(verdict.lostArtifacts, "artifact of '%s' is gone", title);
      }
      if (!uploaded) {
        long from = calls.standing(uploadId).map(GetUploadResponse::getReceivedBytes).orElse(0L);
        record.resumedBytes += from;
        if (!calls.upload(uploadId, bytes, from).getComplete()) {
          verdict.fault(verdict.lostArtifacts, "'%s' does not end after %d bytes", title, from);
        }
        acknowledgeUpload();
      }
      acknowledge(calls.createVersion(request));
      requireBytes(calls);
      verifier.verify(calls);
    }

    private void requireBytes(RegistryCalls calls) {
      if (!calls.download(sha256).equals(sha256)) {
        verdict.fault(verdict.damagedArtifacts, "artifact of '%s' comes as other bytes", title);
      }
    }
  }

  private Move nextMove(RegistryBlow blow, RegistryCalls calls) {
    int step = ++steps;
    if (blow == RegistryBlow.ROLLBACK) {
      List<AliasMoveRecord> history = calls.history(RegistryCalls.CHAMPION);
      String back = history.getLast().getFromVersion();
      if (back.isEmpty()) {
        Move first = nextMove(RegistryBlow.PROMOTION, calls);
        first.take(calls);
        at = first.after;
        return nextMove(blow, calls);
      }
      return new Move(ROLLBACK + step, at, new Aliases(back, at.canary()));
    }
    String champion = other(at.champion());
    return new Move("promotion " + step, at, new Aliases(champion, other(at.canary())));
  }

  private String other(@org.jspecify.annotations.Nullable String version) {
    List<String> others = versions.stream().filter(v -> !v.equals(version)).toList();
    return others.get(random.nextInt(others.size()));
  }

  /** Aliases that move. */
  private final class Move implements Step {
    private final String reason;
    private final Aliases before;
    private final Aliases after;
    private final String requestId = uuid();
    private volatile boolean acknowledged;

    Move(String reason, Aliases before, Aliases after) {
      this.reason = reason;
      this.before = before;
      this.after = after;
    }

    @Override
    public void take(RegistryCalls calls) {
      scene.expect(before, after);
      ask(calls);
      acknowledged = true;
      scene.acknowledgeMove(reason, after);
    }

    private void ask(RegistryCalls calls) {
      if (isRollback(reason)) {
        calls.rollBack(requestId, before, reason);
      } else {
        calls.promote(requestId, before, after, reason);
      }
    }

    /** After the restart: done or not done; the same request again brings it about once. */
    void verify(RegistryCalls calls) {
      verifier.verify(calls);
      if (!acknowledged) {
        scene.expect(before, after);
      }
      ask(calls);
      if (!acknowledged) {
        scene.acknowledgeMove(reason, after);
      }
      verifier.verify(calls);
    }
  }

  private String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
