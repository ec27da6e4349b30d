package dev.tidewatch.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.Finding;
import dev.tidewatch.registry.domain.GatePolicy;
import dev.tidewatch.registry.domain.GatePolicy.CoverageGate;
import dev.tidewatch.registry.domain.GatePolicy.DataGate;
import dev.tidewatch.registry.domain.GatePolicy.PairedTestGate;
import dev.tidewatch.registry.domain.GateVerdict;
import dev.tidewatch.registry.domain.NewEvidence;
import dev.tidewatch.registry.domain.Sha256;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What gates ask of a version, on every database; a subclass only says which. */
abstract class PromotionContract extends GuardedAliases {
  @Test
  void anUnprotectedAliasAsksNothing() {
    promote("1.0.0", false);
    promote("1.1.0", false);
    assertThat(guards.check(CHAMPION, number("1.1.0")))
        .extracting(GateVerdict::gate)
        .containsExactly("state");
    protect(CHAMPION, false, paired(false), 2);
    promote("1.0.0", false);
    assertThat(last().forced()).isFalse();
  }

  @Test
  void aProtectedAliasTakesAVersionThatIsNotWorse() {
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(false), 0);
    refusedGate("1.1.0", "paired_test", "no paired errors (mae) against load 1.0.0");

    attach("1.1.0", NOON, paired("1.0.0", 29, 24, -1));
    refusedGate("1.1.0", "paired_test", "29 origins against load 1.0.0; 30 are needed");

    attach("1.1.0", NOON, paired("1.0.0", 60, 24, 1));
    refusedGate("1.1.0", "paired_test", "1.1.0 worse than 1.0.0 by mae at 60 origins");

    var good = attach("1.1.0", NOON, paired("1.0.0", 60, 24, 0));
    promote("1.1.0", false);
    assertThat(last().forced()).isFalse();
    assertThat(last().verdicts()).allMatch(GateVerdict::passed);
    assertThat(verdict(last().verdicts(), "paired_test").evidence()).containsExactly(good.id());
  }

  @Test
  void betterIsMoreThanNotWorse() {
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(true), 0);
    attach("1.1.0", NOON, paired("1.0.0", 60, 24, 0));
    refusedGate("1.1.0", "paired_test", "neither better nor worse");
    attach("1.1.0", NOON, paired("1.0.0", 60, 24, -1));
    promote("1.1.0", false);
  }

  @Test
  void errorsThatShareTruthWeighLess() {
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(true), 0);
    // The same errors: a day apart each stands alone; an hour apart, 24 forecasts share a truth.
    attach("1.1.0", NOON, inRuns(24));
    promote("1.1.0", false);
    board.rollBack(by("tester"), CHAMPION, Optional.empty(), "");
    attach("1.1.0", NOON, inRuns(1));
    refusedGate("1.1.0", "paired_test", "neither better nor worse");
  }

  /** 96 pairs in which runs of 24 are better by 1 or worse by .6. */
  private static Finding inRuns(int hoursApart) {
    var origins = new ArrayList<Long>();
    var candidate = new ArrayList<Double>();
    var other = new ArrayList<Double>();
    for (int i = 0; i < 96; i++) {
      origins.add(i * HOUR_MICROS * hoursApart);
      candidate.add((i / 24) % 2 == 0 ? 1.0 : 2.6);
      other.add(2.0 + 1e-3 * (i % 5));
    }
    return new Finding.PairedErrors(key("1.0.0"), "mae", origins, candidate, other);
  }

  @Test
  void whatIsComparedIsTheVersionNamedNow() {
    made("1.2.0", HOURLY_DAY, Document.EMPTY);
    promote("1.0.0", false);
    attach("1.2.0", NOON, paired("1.0.0", 60, 24, -1));
    promote("1.1.0", false);
    protect(CHAMPION, true, paired(false), 0);
    refusedGate("1.2.0", "paired_test", "against load 1.1.0");
    attach("1.2.0", NOON, paired("1.1.0", 60, 24, -1));
    promote("1.2.0", false);
  }

  @Test
  void oldEvidenceDoesNotCountAndAClockAheadBuysNoTime() {
    promote("1.0.0", false);
    var policy =
        new GatePolicy(
            Optional.of(Duration.ofHours(6)),
            Optional.of(new PairedTestGate("mae", 30, .05, false)),
            Optional.empty(),
            Optional.empty(),
            false);
    protect(CHAMPION, true, policy, 0);
    attach("1.1.0", NOON.minus(Duration.ofHours(7)), paired("1.0.0", 60, 24, 0));
    refusedGate("1.1.0", "evidence_age", "was found at 2026-03-01T05:00:00Z");
    attach("1.1.0", NOON.plus(Duration.ofDays(365)), paired("1.0.0", 60, 24, 0));
    assertThat(guards.check(CHAMPION, number("1.1.0"))).allMatch(GateVerdict::passed);
    clock.advance(Duration.ofHours(6).plusSeconds(1));
    refusedGate("1.1.0", "evidence_age", "was found at 2026-03-01T12:00:00Z");
  }

  @Test
  void everyIntervalMustKeepItsPromiseByItsNewestFinding() {
    protect(
        CHAMPION,
        true,
        new GatePolicy(
            Optional.empty(),
            Optional.empty(),
            Optional.of(new CoverageGate(.05, 100)),
            Optional.empty(),
            false),
        0);
    refusedGate("1.1.0", "coverage", "no coverage is known");
    attach("1.1.0", NOON, new Finding.Coverage(.9, .85, 99));
    refusedGate("1.1.0", "coverage", "0.85 where 0.9 was promised (99 intervals)");
    attach("1.1.0", NOON, new Finding.Coverage(.9, .85, 100));
    attach("1.1.0", NOON, new Finding.Coverage(.5, .56, 100));
    refusedGate("1.1.0", "coverage", "0.56 where 0.5 was promised");
    attach("1.1.0", NOON.minusSeconds(60), new Finding.Coverage(.5, .5, 100));
    refusedGate("1.1.0", "coverage", "0.56 where 0.5 was promised");
    attach("1.1.0", NOON, new Finding.Coverage(.5, .46, 100));
    promote("1.1.0", false);
  }

  @Test
  void dataMustBeEnoughAndBeTheDataOfTheLineage() {
    protect(
        CHAMPION,
        true,
        new GatePolicy(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new DataGate(1000, Duration.ofDays(28))),
            false),
        0);
    attachData(digest(8), 5000, Optional.of(Duration.ofDays(90)));
    refusedGate("1.1.0", "data", "nothing is known of the data");
    attachData(DATA, 999, Optional.of(Duration.ofDays(90)));
    refusedGate("1.1.0", "data", "999 rows over PT2160H; 1000 over PT672H are needed");
    attachData(DATA, 1000, Optional.empty());
    refusedGate("1.1.0", "data", "1000 rows over PT0S");
    attachData(DATA, 1000, Optional.of(Duration.ofDays(28)));
    promote("1.1.0", false);
  }

  @Test
  void aSignatureChangesWithAMajorNumberOnly() {
    protect(
        CHAMPION,
        true,
        new GatePolicy(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true),
        0);
    promote("1.0.0", false);
    promote("1.1.0", false);
    String other = "{\"horizonSteps\": 48, \"grid\": {\"step\": \"3600s\"}}";
    made("1.2.0", other, Document.EMPTY);
    made("2.0.0", other, Document.EMPTY);
    refusedGate("1.2.0", "same_signature", "give it a new major number");
    promote("2.0.0", false);
  }

  private void attachData(Sha256 data, long rows, Optional<Duration> span) {
    var _ =
        evidence.attach(
            by("tester"),
            new NewEvidence(
                key("1.1.0"), ARTIFACT, NOON, Optional.of(data), new Finding.Data(rows, span)));
  }
}
