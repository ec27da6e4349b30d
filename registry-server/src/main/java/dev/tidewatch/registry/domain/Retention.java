package dev.tidewatch.registry.domain;

import dev.tidewatch.registry.domain.RetentionPlan.FreedArtifact;
import dev.tidewatch.registry.domain.RetentionPlan.RemovableVersion;
import dev.tidewatch.serverkit.errors.Aborted;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Removes what nobody needs any more, after showing it. Thread-safe. */
public final class Retention {
  /** Versions of one plan. */
  public static final int VERSIONS_MAX = 10_000;

  private final RegistryStore store;
  private final InstantSource clock;

  public Retention(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** What a rule would remove now. */
  public RetentionPlan plan(RetentionRule rule) {
    return store.read(registry -> plan(registry, rule));
  }

  /**
   * What was removed.
   *
   * @param freed whose bytes are to be deleted now; empty for a request that was answered before
   */
  public record Applied(int versionsArchived, long freedBytes, List<Sha256> freed) {
    public Applied {
      freed = List.copyOf(freed);
    }
  }

  /**
   * Archives the versions of a plan and marks their artifacts as removed.
   *
   * @throws Aborted {@code PLAN_STALE}, if the rule removes something else by now
   */
  public Applied apply(Origin origin, RetentionRule rule, Sha256 expected) {
    return store.change(
        origin,
        registry -> {
          List<Sha256> freed = new ArrayList<>();
          String done = registry.once(() -> carryOut(registry, rule, expected, freed));
          String[] counts = done.split(" ", 2);
          return new Applied(Integer.parseInt(counts[0]), Long.parseLong(counts[1]), freed);
        });
  }

  private String carryOut(
      RegistryChange registry, RetentionRule rule, Sha256 expected, List<Sha256> freed) {
    RetentionPlan plan = plan(registry, rule);
    if (!plan.digest().equals(expected)) {
      throw new Aborted(
              "PLAN_STALE",
              "plan_sha256: the rule would remove something else by now; plan again and look at it")
          .with("plan_sha256", plan.digest().hex());
    }
    for (RemovableVersion version : plan.versions()) {
      registry.retention().archive(version, "removed by retention", registry.nextRevision());
      registry.audit(
          version.model().value(),
          version.number().toString(),
          "archived the version by retention; its artifact is " + version.artifact(),
          "");
    }
    registry.retention().markRemoved(plan.freed());
    plan.freed().stream().map(FreedArtifact::sha256).forEach(freed::add);
    return plan.versions().size() + " " + plan.freedBytes();
  }

  private RetentionPlan plan(RegistryView registry, RetentionRule rule) {
    rule.model().ifPresent(name -> ModelCatalog.model(registry, name));
    List<RemovableVersion> found =
        registry.retention().removable(rule, clock.instant(), VERSIONS_MAX + 1);
    boolean truncated = found.size() > VERSIONS_MAX;
    List<RemovableVersion> versions = truncated ? found.subList(0, VERSIONS_MAX) : found;
    return new RetentionPlan(versions, registry.retention().freedBy(versions), truncated);
  }
}
