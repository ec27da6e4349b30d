package dev.tidewatch.registry.domain;

import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.function.Supplier;

/** What trainers tried and how it went. Thread-safe. */
public final class RunLog {
  private final RegistryStore store;
  private final RunStore runs;
  private final InstantSource clock;
  private final Supplier<UUID> ids;

  public RunLog(RegistryStore store, RunStore runs, InstantSource clock, Supplier<UUID> ids) {
    this.store = store;
    this.runs = runs;
    this.clock = clock;
    this.ids = ids;
  }

  /** Begins a run. */
  public Run create(
      Origin origin,
      ModelName model,
      String title,
      Map<String, String> parameters,
      Map<String, String> tags) {
    String made =
        store.change(
            origin,
            registry ->
                registry.once(() -> {
                  ModelCatalog.model(registry, model);
                  UUID id = ids.get();
                  Instant now = now();
                  registry.nextRevision();
                  registry.insertRun(
                      new Run(
                          id,
                          model,
                          title,
                          RunStatus.RUNNING,
                          "",
                          parameters,
                          tags,
                          Map.of(),
                          0,
                          origin.actor(),
                          now,
                          now,
                          Optional.empty(),
                          List.of()));
                  registry.audit(model.value(), id.toString(), "began the run", "");
                  return id.toString();
                }));
    return get(UUID.fromString(made));
  }

  /**
   * Adds points; a point of the same metric and step replaces the earlier.
   *
   * @return how many points the run has
   */
  public long log(UUID id, List<MetricPoint> points) {
    return runs.log(id, points, now());
  }

  /** Changes progress, tags and figures of a run that goes on. */
  public Run update(
      UUID id, OptionalDouble progress, Map<String, String> tags, Map<String, Double> summary) {
    return runs.update(
        id,
        run -> {
          if (run.status() != RunStatus.RUNNING) {
            throw finished(run);
          }
          return new Run(
              id,
              run.model(),
              run.title(),
              run.status(),
              run.statusReason(),
              run.parameters(),
              merged(run.tags(), tags),
              merged(run.summary(), summary),
              progress.orElse(run.progress()),
              run.createdBy(),
              run.createdAt(),
              now(),
              run.finishedAt(),
              run.versions());
        });
  }

  /** Ends a run; the same end again changes nothing. */
  public Run finish(
      Origin origin, UUID id, RunStatus status, String reason, Map<String, Double> summary) {
    return store.change(
        origin,
        registry ->
            registry.updateRun(
                id,
                run -> {
                  if (run.status() == status) {
                    return run;
                  }
                  if (run.status() != RunStatus.RUNNING) {
                    throw finished(run);
                  }
                  Instant now = now();
                  registry.audit(
                      run.model().value(), id.toString(), "ended the run as " + status, reason);
                  return new Run(
                      id,
                      run.model(),
                      run.title(),
                      status,
                      reason,
                      run.parameters(),
                      run.tags(),
                      merged(run.summary(), summary),
                      status == RunStatus.SUCCEEDED ? 1 : run.progress(),
                      run.createdBy(),
                      run.createdAt(),
                      now,
                      Optional.of(now),
                      run.versions());
                }));
  }

  public Run get(UUID id) {
    return runs.find(id).orElseThrow(() -> Missing.run(id));
  }

  public Page<Run> list(
      Optional<ModelName> model, Optional<RunStatus> status, PageRequest request) {
    return runs.page(model, status, request);
  }

  public Page<MetricPoint> points(UUID id, Optional<String> metric, PageRequest request) {
    Run known = get(id);
    return runs.points(known.id(), metric, request);
  }

  /** The refusal of changes to a run that has ended. */
  public static FailedPrecondition finished(Run run) {
    return new FailedPrecondition(
            "RUN_FINISHED", "run_id: run " + run.id() + " has ended as " + run.status())
        .with("run_id", run.id().toString());
  }

  private Instant now() {
    return Times.toInstant(Times.floorToMicros(clock.instant()));
  }

  private static <V> Map<String, V> merged(Map<String, V> before, Map<String, V> added) {
    Map<String, V> merged = new HashMap<>(before);
    merged.putAll(added);
    return merged;
  }
}
