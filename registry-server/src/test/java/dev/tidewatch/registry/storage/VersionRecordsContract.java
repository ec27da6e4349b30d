package dev.tidewatch.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.registry.domain.AuditEntry;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.Evidence;
import dev.tidewatch.registry.domain.Finding;
import dev.tidewatch.registry.domain.GatePolicy;
import dev.tidewatch.registry.domain.LineageGraph;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.NewEvidence;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.RunLog;
import dev.tidewatch.registry.domain.RunStatus;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Evidence, audit and lineage of versions, on every database; a subclass only says which. */
abstract class VersionRecordsContract extends GuardedAliases {
  @Test
  void evidenceComesBackAsItWasNewestFirstAndOnce() {
    var paired =
        new Finding.PairedErrors(
            key("1.0.0"), "mae", List.of(1L, 2L), List.of(.5, -1e300), List.of(.25, 3.0));
    var first = attach("1.1.0", NOON, paired);
    var second = attach("1.1.0", NOON, new Finding.Coverage(.9, .85, 1000));
    var third = attach("1.1.0", NOON, new Finding.Data(720, Optional.of(Duration.ofDays(30))));
    var all = evidence.list(key("1.1.0"), PageRequest.first(10));
    assertThat(all.items()).containsExactly(third, second, first);
    assertThat(all.items().getLast().content().finding()).isEqualTo(paired);
    assertThat(first.attachedBy()).isEqualTo("tester");
    assertThat(evidence.list(key("1.0.0"), PageRequest.first(10)).items()).isEmpty();
    var page = evidence.list(key("1.1.0"), PageRequest.first(2));
    assertThat(page.items()).containsExactly(third, second);
    assertThat(evidence.list(key("1.1.0"), new PageRequest(2, page.next())).items())
        .containsExactly(first);

    var origin = new Origin("tester", "AttachEvidence", Optional.of("r"), digest(3), "");
    var wanted = wanted("1.1.0", NOON, new Finding.Coverage(.8, .8, 100));
    assertThat(evidence.attach(origin, wanted)).isEqualTo(evidence.attach(origin, wanted));
    assertThat(evidence.list(key("1.1.0"), PageRequest.first(10)).items()).hasSize(4);
  }

  @Test
  void aPageOfLongListsIsShortAndMissesNone() {
    for (int i = 0; i < 3; i++) {
      attach("1.1.0", NOON, paired("1.0.0", 60_000, 24, 0));
    }
    var seen = new ArrayList<Evidence>();
    Optional<String> after = Optional.empty();
    int pages = 0;
    do {
      var page = evidence.list(key("1.1.0"), new PageRequest(50, after));
      seen.addAll(page.items());
      after = page.next();
      pages++;
    } while (after.isPresent());
    assertThat(pages).isEqualTo(3);
    assertThat(seen).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void evidenceOfAnotherArtifactOrAgainstAnUnknownVersionIsRefused() {
    var other =
        new NewEvidence(
            key("1.1.0"), digest(9), NOON, Optional.empty(), new Finding.Coverage(.9, .9, 100));
    refused(
        () -> evidence.attach(by("tester"), other), InvalidArgument.class, "EVIDENCE_MALFORMED");
    refused(
        () -> attach("1.1.0", NOON, paired("3.0.0", 30, 24, 0)), NotFound.class, "VERSION_UNKNOWN");
    assertThat(evidence.list(key("1.1.0"), PageRequest.first(10)).items()).isEmpty();
  }

  @Test
  void everyChangeLeavesAnEntry() {
    clock.set("2026-03-02T00:00:00Z");
    promote("1.0.0", false);
    var protection = protect(CHAMPION, true, GatePolicy.NONE, 0);
    approve("ann", "1.1.0", "looks fine");
    guards.withdraw(by("ann"), CHAMPION, number("1.1.0"));
    attach("1.1.0", NOON, new Finding.Coverage(.9, .9, 1000));
    promote("1.1.0", false);
    var _ = board.rollBack(by("bob"), CHAMPION, Optional.empty(), "too slow");
    var runs = new RunLog(store, new PostgresRunStore(open.dsl()), clock, UUID::randomUUID);
    var run = runs.create(by("tester"), LOAD, "", Map.of(), Map.of());
    var _ = runs.finish(by("tester"), run.id(), RunStatus.FAILED, "out of disk", Map.of());

    var since =
        new AuditFilter(
            Optional.of(LOAD),
            Optional.empty(),
            Optional.of(Instant.parse("2026-03-02T00:00:00Z")),
            Optional.empty());
    assertThat(entries(since))
        .extracting(entry -> entry.subject() + ": " + entry.description() + " / " + entry.reason())
        .containsExactly(
            run.id() + ": ended the run as FAILED / out of disk",
            run.id() + ": began the run / ",
            "champion: rolled back from 1.1.0 to 1.0.0 / too slow",
            "champion: moved from 1.0.0 to 1.1.0 / test",
            "1.1.0: attached a coverage of 0.9 where 0.9 was promised, of 1000 intervals / ",
            "1.1.0: withdrew the approval of the version as 'champion' / ",
            "1.1.0: approved the version as 'champion' / looks fine",
            "champion: set the protection: nothing asked for / ",
            "champion: moved from nothing to 1.0.0 / test");
    assertThat(entries(since)).extracting(AuditEntry::revision).contains(protection.revision());
    assertThat(
            entries(
                new AuditFilter(
                    Optional.empty(), Optional.of("bob"), Optional.empty(), Optional.empty())))
        .hasSize(1);
    assertThat(
            entries(
                new AuditFilter(
                    Optional.of(new ModelName("other")),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())))
        .isEmpty();
    var before =
        new AuditFilter(
            Optional.of(LOAD),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Instant.parse("2026-03-02T00:00:00Z")));
    assertThat(entries(before)).hasSize(3);
  }

  @Test
  void auditPagesMissNone() {
    var whole =
        new AuditFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    // Two entries of one revision, so that pages part within it.
    board.move(
        by("tester"), List.of(to(CANARY, "1.0.0"), to(CHAMPION, "1.0.0")), List.of(), "", false);
    var seen = new ArrayList<AuditEntry>();
    Optional<String> after = Optional.empty();
    do {
      var page = audit.list(whole, new PageRequest(1, after));
      seen.addAll(page.items());
      after = page.next();
    } while (after.isPresent());
    assertThat(seen).isEqualTo(entries(whole)).hasSize(5);
  }

  @Test
  void lineageGoesBothWaysAsFarAsAsked() {
    made("1.2.0", HOURLY_DAY, parents("1.0.0", "1.1.0"));
    made("1.3.0", HOURLY_DAY, parents("1.2.0"));
    made("1.4.0", HOURLY_DAY, parents("1.3.0", "7.7.7"));
    var graph = new LineageGraph(store);
    assertThat(names(graph.around(key("1.2.0"), 1)))
        .containsExactly("1.2.0", "1.0.0", "1.1.0", "1.3.0");
    assertThat(names(graph.around(key("1.2.0"), 3)))
        .containsExactly("1.2.0", "1.0.0", "1.1.0", "1.3.0", "1.4.0");
    // A sibling's other parents are no relatives: up and down are walked apart.
    assertThat(names(graph.around(key("1.0.0"), 1))).containsExactly("1.0.0", "1.2.0");
    var above = graph.around(key("1.4.0"), 2);
    assertThat(names(above)).containsExactly("1.4.0", "1.3.0", "7.7.7", "1.2.0");
    assertThat(above.nodes().get(2).version()).isEmpty();
    assertThat(above.truncated()).isFalse();
    refused(() -> graph.around(key("9.9.9"), 1), NotFound.class, "VERSION_UNKNOWN");
  }

  private static List<String> names(LineageGraph.Around around) {
    return around.nodes().stream().map(node -> node.key().number().toString()).toList();
  }

  private static Document parents(String... versions) {
    var parents = new ArrayList<String>();
    for (String version : versions) {
      parents.add("{\"model\": \"load\", \"version\": \"" + version + "\"}");
    }
    return new Document("{\"parents\": [" + String.join(",", parents) + "]}");
  }
}
