package dev.tidewatch.trainer.worker;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.RetrainClient;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.trainer.Backtester;
import dev.tidewatch.trainer.Champions;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import dev.tidewatch.trainer.TrainingReport;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Leases retrain tasks, one at a time, and trains: the champion's family, settings and series on
 * newer readings, back-tested beside the champion on the same origins. The version is registered
 * with its evidence; no alias moves.
 *
 * <p>However an attempt ends, the task goes on: what another attempt may mend is given back to be
 * leased again, what it may not fails the task, a task that was cancelled or whose lease was lost
 * is dropped, and a worker that dies loses its lease by silence. An attempt that comes after one
 * that died just before it could say so finds the version that was made and does not make another.
 *
 * <p>One thread of its own.
 */
public final class TrainingWorker implements AutoCloseable {
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);
  private static final Duration PAUSE_MIN = Duration.ofMillis(250);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);
  private static final int MESSAGE_CHARACTERS_MAX = 4_000;

  private final Tidewatch tidewatch;
  private final RetrainClient client;
  private final ModelFamilies families;
  private final InstantSource clock;
  private final String codeVersion;
  private final WorkerSettings settings;
  private final WorkerListener listener;
  private final Tracer tracer;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param clock domain time
   * @param codeVersion of this program, recorded with versions
   * @param telemetry where spans go
   */
  public TrainingWorker(
      Tidewatch tidewatch,
      ModelFamilies families,
      InstantSource clock,
      String codeVersion,
      WorkerSettings settings,
      WorkerListener listener,
      OpenTelemetry telemetry) {
    this.tidewatch = tidewatch;
    this.client = tidewatch.monitor().retrain();
    this.families = families;
    this.clock = clock;
    this.codeVersion = codeVersion;
    this.settings = settings;
    this.listener = listener;
    this.tracer = telemetry.getTracer("dev.tidewatch.trainer");
    this.thread = Thread.ofPlatform().name("training-worker").unstarted(this::run);
  }

  public TrainingWorker start() {
    thread.start();
    return this;
  }

  /** Waits until it was closed. */
  public void join() throws InterruptedException {
    thread.join();
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void run() {
    Duration pause = PAUSE_MIN;
    boolean told = false;
    while (!isClosing()) {
      try {
        LeaseRetrainTaskResponse leased = client.lease(request());
        pause = PAUSE_MIN;
        told = false;
        if (leased.hasTask()) {
          work(leased.getTask(), leased.getFence());
        }
      } catch (TidewatchException e) {
        if (!told && !isClosing()) {
          listener.waiting(String.valueOf(e.getMessage()));
          told = true;
        }
        if (!sleep(pause)) {
          return;
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : doubled;
      }
    }
  }

  private LeaseRetrainTaskRequest request() {
    return LeaseRetrainTaskRequest.newBuilder()
        .setWorker(settings.name())
        .addAllModels(settings.models())
        .setLease(ProtoTimes.duration(settings.lease()))
        .setWait(ProtoTimes.duration(settings.poll()))
        .build();
  }

  /** False if it was closed meanwhile. */
  private boolean sleep(Duration pause) {
    try {
      return !closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return !isClosing();
    }
  }

  /** How an attempt ended. */
  private sealed interface End {
    record Trained(String version) implements End {}

    record Failed(String message, boolean retryable) implements End {}
  }

  private void work(RetrainTask task, long fence) {
    listener.leased(task);
    Span span =
        tracer
            .spanBuilder("retrain " + task.getModel())
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(parent(task))
            .setAttribute("tidewatch.model", task.getModel())
            .setAttribute("tidewatch.retrain_task", task.getId())
            .startSpan();
    try (Scope _ = span.makeCurrent()) {
      var keeper =
          new LeaseKeeper(client, task.getId(), fence, settings, Thread.currentThread()).start();
      End end;
      try (keeper) {
        end = attempt(task, keeper);
      }
      // Whoever interrupted was heard by now; the answer must go out.
      boolean interrupted = Thread.interrupted();
      if (keeper.lost().isEmpty()) {
        tell(task, fence, end, span);
      } else {
        span.setStatus(StatusCode.ERROR, keeper.lost());
        listener.dropped(task, keeper.lost());
      }
      if (interrupted && isClosing()) {
        Thread.currentThread().interrupt();
      }
    } finally {
      span.end();
    }
  }

  private End attempt(RetrainTask task, LeaseKeeper keeper) {
    try {
      return train(task, keeper);
    } catch (IOException | RuntimeException | LinkageError | VirtualMachineError e) {
      // An interrupt shows as whatever it met: a broken call, a closed file, a bundle half read.
      return e instanceof CancellationException || Thread.currentThread().isInterrupted()
          ? stopped()
          : failed(e);
    }
  }

  private static End failed(Throwable e) {
    return switch (e) {
      case InsufficientHistoryException _, IllegalArgumentException _, BundleException _ ->
          new End.Failed(text(e), false);
      case TidewatchException refused -> new End.Failed(text(refused), refused.isTransient());
      default -> new End.Failed(e.getClass().getSimpleName() + ": " + text(e), true);
    };
  }

  private End stopped() {
    return new End.Failed("the worker " + settings.name() + " was stopped", true);
  }

  private static String text(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return message.length() > MESSAGE_CHARACTERS_MAX - 100
        ? message.substring(0, MESSAGE_CHARACTERS_MAX - 100)
        : message;
  }

  private End train(RetrainTask task, LeaseKeeper keeper) throws IOException {
    ModelVersion champion =
        tidewatch.registry().getVersion(task.getModel(), task.getChampionVersion());
    Bundle bundle = Champions.bundle(tidewatch.registry(), champion);
    var wanted = new ChampionPlan(task, champion, bundle);
    Instant until = ProtoTimes.instant(task.getTrainUntil());
    InstantSource then = () -> clock.instant().isAfter(until) ? clock.instant() : until;
    Map<String, Duration> windows = wanted.windows();
    if (!windows.isEmpty()) {
      wanted =
          wanted.on(
              WindowChoice.of(
                  new Backtester(tidewatch, families, then),
                  wanted.onEverything().plan(settings.threads()),
                  windows,
                  keeper));
    }
    TrainingPlan plan = wanted.plan(settings.threads());
    var trainer = new Trainer(tidewatch, families, then, codeVersion);
    TrainingReport report = trainer.trainUnlessDone(plan, keeper);
    if (!report.isNew() && hasNoEvidence(report)) {
      // An attempt that died between the two left a version that no gate would let pass.
      report = trainer.train(plan, keeper);
    }
    if (report.version().equals(task.getChampionVersion())) {
      return new End.Failed(
          "there are no readings that %s was not trained on".formatted(report.version()), false);
    }
    return new End.Trained(report.version());
  }

  private boolean hasNoEvidence(TrainingReport report) {
    try (var evidence = tidewatch.registry().listEvidence(report.model(), report.version())) {
      return evidence.findAny().isEmpty();
    }
  }

  /** Tries for as long as the lease can last. */
  private void tell(RetrainTask task, long fence, End end, Span span) {
    long giveUpAt = System.nanoTime() + settings.lease().toNanos();
    Duration pause = PAUSE_MIN;
    while (true) {
      try {
        switch (end) {
          case End.Trained(String version) -> {
            client.complete(task.getId(), fence, version);
            span.setAttribute("tidewatch.version", version);
            listener.trained(task, version);
          }
          case End.Failed(String message, boolean retryable) -> {
            client.fail(task.getId(), fence, message, retryable);
            span.setStatus(StatusCode.ERROR, message);
            listener.failed(task, message);
          }
        }
        return;
      } catch (TidewatchException e) {
        if (!e.isTransient() || System.nanoTime() - giveUpAt > 0 || !rest(pause)) {
          span.setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
          listener.dropped(task, String.valueOf(e.getMessage()));
          return;
        }
        pause = pause.multipliedBy(2);
      }
    }
  }

  private static boolean rest(Duration pause) {
    try {
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Context parent(RetrainTask task) {
    return W3CTraceContextPropagator.getInstance()
        .extract(
            Context.root(),
            task.getTraceparent(),
            new TextMapGetter<String>() {
              @Override
              public Iterable<String> keys(String carrier) {
                return List.of("traceparent");
              }

              @Override
              public @Nullable String get(@Nullable String carrier, String key) {
                return key.equals("traceparent") ? carrier : null;
              }
            });
  }

  /** Gives back what is being worked on, and ends. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
