package dev.tidewatch.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.registry.artifacts.Upload;
import dev.tidewatch.registry.domain.AliasBoard;
import dev.tidewatch.registry.domain.AliasGuards;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasMove;
import dev.tidewatch.registry.domain.AliasMoveRecord;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.AliasProtection;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.AuditEntry;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.AuditLog;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.Evidence;
import dev.tidewatch.registry.domain.EvidenceLog;
import dev.tidewatch.registry.domain.Finding;
import dev.tidewatch.registry.domain.GatePolicy;
import dev.tidewatch.registry.domain.GatePolicy.PairedTestGate;
import dev.tidewatch.registry.domain.GateVerdict;
import dev.tidewatch.registry.domain.ModelCatalog;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.NewEvidence;
import dev.tidewatch.registry.domain.NewVersion;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.Task;
import dev.tidewatch.registry.domain.VersionBump;
import dev.tidewatch.registry.domain.VersionContent;
import dev.tidewatch.registry.domain.VersionName;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A model with two versions whose aliases can be guarded, on a database of the subclass. */
abstract class GuardedAliases {
  static final ModelName LOAD = new ModelName("load");
  static final AliasKey CHAMPION = new AliasKey(LOAD, AliasName.CHAMPION);
  static final AliasKey CANARY = new AliasKey(LOAD, new AliasName("canary"));
  static final Sha256 ARTIFACT = digest(1);
  static final Sha256 DATA = digest(7);
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  static final long HOUR_MICROS = 3_600_000_000L;
  static final String HOURLY_DAY = "{\"horizonSteps\": 24, \"grid\": {\"step\": \"3600s\"}}";

  final SettableClock clock = new SettableClock(NOON.toString());
  TestDatabase database;
  Database open;
  PostgresRegistryStore store;
  ModelCatalog catalog;
  AliasBoard board;
  AliasGuards guards;
  EvidenceLog evidence;
  AuditLog audit;

  abstract TestDatabase database();

  @BeforeEach
  void open() {
    database = database();
    open = database.open("registry");
    store = new PostgresRegistryStore(open.dsl(), clock, clock, 20, revision -> {});
    catalog = new ModelCatalog(store, clock);
    board = new AliasBoard(store, clock);
    guards = new AliasGuards(store, clock);
    evidence = new EvidenceLog(store, clock, UUID::randomUUID);
    audit = new AuditLog(store);
    var _ = catalog.create(by("tester"), LOAD, Task.FORECAST, "", Map.of());
    enterArtifact();
    made("1.0.0", HOURLY_DAY, Document.EMPTY);
    made("1.1.0", HOURLY_DAY, new Document("{\"dataFingerprint\": \"" + DATA + "\"}"));
  }

  @AfterEach
  void close() {
    open.close();
    database.close();
  }

  static GatePolicy paired(boolean better) {
    return new GatePolicy(
        Optional.empty(),
        Optional.of(new PairedTestGate("mae", 30, .05, better)),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** Errors that wobble about each other, the candidate's higher by so much. */
  static Finding paired(String other, int pairs, int hoursApart, double worseBy) {
    var origins = new ArrayList<Long>();
    var candidate = new ArrayList<Double>();
    var others = new ArrayList<Double>();
    for (int i = 0; i < pairs; i++) {
      origins.add(i * HOUR_MICROS * hoursApart);
      candidate.add(3 + worseBy + (i % 2 == 0 ? .3 : -.3));
      others.add(3 + (i % 3 - 1) * .1);
    }
    return new Finding.PairedErrors(key(other), "mae", origins, candidate, others);
  }

  Evidence attach(String version, Instant foundAt, Finding finding) {
    return evidence.attach(by("tester"), wanted(version, foundAt, finding));
  }

  static NewEvidence wanted(String version, Instant foundAt, Finding finding) {
    return new NewEvidence(key(version), ARTIFACT, foundAt, Optional.empty(), finding);
  }

  AliasProtection protect(AliasKey key, boolean isProtected, GatePolicy policy, int approvals) {
    return guards.protect(
        by("tester"),
        new AliasProtection(
            key, isProtected, policy, approvals, guards.protection(key).revision()));
  }

  void approve(String who, String version, String comment) {
    var approval = guards.approve(by(who), CHAMPION, number(version), comment);
    assertThat(approval.approvedBy()).isEqualTo(who);
  }

  void promote(String version, boolean force) {
    board.move(by("tester"), List.of(to(CHAMPION, version)), List.of(), "test", force);
  }

  void refusedGate(String version, String gate, String why) {
    assertThat(verdict(guards.check(CHAMPION, number(version)), gate).passed()).isFalse();
    assertThatThrownBy(() -> promote(version, false))
        .isInstanceOfSatisfying(
            FailedPrecondition.class,
            e -> {
              assertThat(e.reason()).isEqualTo("GATE_REFUSED");
              assertThat(e).hasMessageContaining(gate + ": ").hasMessageContaining(why);
            });
  }

  static GateVerdict verdict(List<GateVerdict> verdicts, String gate) {
    return verdicts.stream().filter(one -> one.gate().equals(gate)).findFirst().orElseThrow();
  }

  static void refused(
      ThrowingCallable call, Class<? extends ServiceException> type, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(type, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  AliasMoveRecord last() {
    return board.history(CHAMPION, PageRequest.first(1)).items().getFirst();
  }

  List<AuditEntry> entries(AuditFilter filter) {
    return audit.list(filter, PageRequest.first(1000)).items();
  }

  static AliasMove to(AliasKey key, String version) {
    return new AliasMove(key, Optional.of(number(version)), Optional.empty());
  }

  void made(String number, String signature, Document lineage) {
    var _ =
        catalog.createVersion(
            by("tester"),
            new NewVersion(
                LOAD,
                Optional.of(number(number)),
                VersionBump.MINOR,
                ARTIFACT,
                new VersionContent(
                    "naive",
                    new Document(signature),
                    Map.of(),
                    Map.of(),
                    "",
                    lineage,
                    Optional.empty())));
  }

  void enterArtifact() {
    var index = new PostgresArtifactIndex(open.dsl());
    var upload =
        new Upload(
            UUID.randomUUID(),
            ARTIFACT,
            10,
            ArtifactFormat.BUNDLE,
            Optional.empty(),
            false,
            clock.instant());
    index.touch(upload);
    var _ =
        index.enter(
            new Artifact(
                ARTIFACT, 10, ArtifactFormat.BUNDLE, Optional.empty(), clock.instant(), false),
            upload.id(),
            () -> true);
  }

  static Sha256 digest(int content) {
    return new Sha256(HexFormat.of().toHexDigits((byte) content).repeat(32));
  }

  static VersionName key(String number) {
    return new VersionName(LOAD, number(number));
  }

  static SemanticVersion number(String text) {
    return SemanticVersion.parse(text);
  }

  static Origin by(String actor) {
    return new Origin(actor, "Test", Optional.empty(), digest(0), "");
  }
}
