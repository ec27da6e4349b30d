package dev.tidewatch.registry.domain;

import dev.tidewatch.timeseries.significance.DieboldMariano;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The gates of an alias, asked about one version. Of several pieces of evidence of a kind the
 * newest counts.
 */
final class Gates {
  private final AliasProtection protection;
  private final ModelVersion candidate;
  private final Optional<ModelVersion> named;
  private final List<Exhibit> exhibits;
  private final int approvals;
  private final Instant now;

  /**
   * @param named by the alias now
   * @param approvals of the candidate
   */
  Gates(
      AliasProtection protection,
      ModelVersion candidate,
      Optional<ModelVersion> named,
      List<Exhibit> exhibits,
      int approvals,
      Instant now) {
    this.protection = protection;
    this.candidate = candidate;
    this.named = named;
    this.exhibits =
        exhibits.stream().sorted(Comparator.comparing(Exhibit::since).reversed()).toList();
    this.approvals = approvals;
    this.now = now;
  }

  /** What each gate that the protection asks says; of an alias without one, {@code state} alone. */
  List<GateVerdict> verdicts() {
    var verdicts = new ArrayList<GateVerdict>();
    verdicts.add(state());
    if (!protection.isProtected()) {
      return verdicts;
    }
    GatePolicy gates = protection.gates();
    gates.ageMax().ifPresent(age -> verdicts.add(evidenceAge(age)));
    gates.pairedTest().ifPresent(gate -> verdicts.add(pairedTest(gate)));
    gates.coverage().ifPresent(gate -> verdicts.add(coverage(gate)));
    gates.data().ifPresent(gate -> verdicts.add(data(gate)));
    if (gates.sameSignature()) {
      verdicts.add(sameSignature());
    }
    if (protection.approvalsMin() > 0) {
      verdicts.add(approvals());
    }
    return verdicts;
  }

  private GateVerdict state() {
    return verdict(
        GateVerdict.STATE,
        candidate.state() == VersionState.READY,
        candidate.label() + " is " + candidate.state());
  }

  /** Whether each kind of evidence that a gate looks at is there and fresh. */
  private GateVerdict evidenceAge(Duration ageMax) {
    var stale = new ArrayList<String>();
    var fresh = new ArrayList<UUID>();
    GatePolicy gates = protection.gates();
    if (gates.pairedTest().isPresent() && rival().isPresent()) {
      PairedTarget target = new PairedTarget(gates.pairedTest().get().measure(), rival().get());
      judgeAge("paired errors", newest(target::matches), stale, fresh);
    }
    if (gates.coverage().isPresent()) {
      judgeAge("coverage", newest(Exhibit.Covered.class::isInstance), stale, fresh);
    }
    if (gates.data().isPresent()) {
      judgeAge("training data", newest(this::isOfTrainingData), stale, fresh);
    }
    if (gates.pairedTest().isEmpty() && gates.coverage().isEmpty() && gates.data().isEmpty()) {
      judgeAge("any kind", newest(any -> true), stale, fresh);
    }
    return new GateVerdict(
        GateVerdict.EVIDENCE_AGE,
        stale.isEmpty(),
        stale.isEmpty()
            ? "no evidence asked for is older than " + ageMax
            : "evidence may be %s old, but %s".formatted(ageMax, String.join("; ", stale)),
        fresh);
  }

  private void judgeAge(
      String kind, Optional<Exhibit> newest, List<String> stale, List<UUID> fresh) {
    if (newest.isEmpty()) {
      stale.add("there is none of " + kind);
    } else if (isFresh(newest.get())) {
      fresh.add(newest.get().id());
    } else {
      stale.add("that of " + kind + " was found at " + newest.get().since());
    }
  }

  /** Paired errors of one measure against one version. */
  private record PairedTarget(String measure, VersionName other) {
    boolean matches(Exhibit exhibit) {
      return exhibit instanceof Exhibit.Paired paired
          && paired.measure().equals(measure)
          && paired.other().equals(other);
    }
  }

  private GateVerdict pairedTest(GatePolicy.PairedTestGate gate) {
    if (rival().isEmpty()) {
      return verdict(
          GateVerdict.PAIRED_TEST, true, "the alias names no other version to compare with");
    }
    VersionName rival = rival().get();
    PairedTarget target = new PairedTarget(gate.measure(), rival);
    if (!(newest(fresh(target::matches)).orElse(null) instanceof Exhibit.Paired paired)) {
      return verdict(
          GateVerdict.PAIRED_TEST,
          false,
          "no%s paired errors (%s) against %s, which the alias names; attach some"
              .formatted(
                  protection.gates().ageMax().isPresent() ? " fresh" : "", gate.measure(), rival));
    }
    int needed = Math.max(gate.pairsMin(), DieboldMariano.PAIRS_MIN);
    if (paired.pairs() < needed || paired.chances().isEmpty()) {
      return verdict(
          GateVerdict.PAIRED_TEST,
          false,
          "%d origins against %s; %d are needed".formatted(paired.pairs(), rival, needed),
          paired);
    }
    Exhibit.Chances chances = paired.chances().get();
    boolean better = chances.better() < gate.significance();
    boolean worse = chances.worse() < gate.significance();
    return verdict(
        GateVerdict.PAIRED_TEST,
        gate.better() ? better : !worse,
        String.format(
            Locale.ROOT,
            "%s %s than %s by %s at %d origins (Diebold-Mariano, p = %.2g at level %s); %s is asked for",
            candidate.number(),
            better ? "better" : worse ? "worse" : "neither better nor worse",
            rival.number(),
            gate.measure(),
            paired.pairs(),
            Math.min(chances.better(), chances.worse()),
            gate.significance(),
            gate.better() ? "better" : "not worse"),
        paired);
  }

  private GateVerdict coverage(GatePolicy.CoverageGate gate) {
    var newest = new TreeMap<Double, Exhibit.Covered>();
    for (Exhibit exhibit : exhibits) {
      if (exhibit instanceof Exhibit.Covered covered && isFresh(exhibit)) {
        newest.putIfAbsent(covered.finding().nominal(), covered);
      }
    }
    if (newest.isEmpty()) {
      return verdict(GateVerdict.COVERAGE, false, "no coverage is known; attach some");
    }
    boolean passed = true;
    var figures = new ArrayList<String>();
    for (Exhibit.Covered covered : newest.values()) {
      Finding.Coverage finding = covered.finding();
      // A promise of 0.9 kept at 0.85 differs by 0.05, whatever binary fractions make of it.
      double difference = Math.abs(finding.observed() - finding.nominal());
      boolean enough = finding.intervals() >= gate.intervalsMin();
      passed &= enough && difference <= gate.differenceMax() + 1e-12;
      figures.add(
          "%s where %s was promised (%d intervals)"
              .formatted(plain(finding.observed()), plain(finding.nominal()), finding.intervals()));
    }
    return new GateVerdict(
        GateVerdict.COVERAGE,
        passed,
        "%s; a difference of %s is allowed, %d intervals are needed"
            .formatted(String.join(", ", figures), gate.differenceMax(), gate.intervalsMin()),
        newest.values().stream().map(Exhibit.Covered::id).toList());
  }

  private GateVerdict data(GatePolicy.DataGate gate) {
    if (!(newest(fresh(this::isOfTrainingData)).orElse(null) instanceof Exhibit.Trained trained)) {
      return verdict(
          GateVerdict.DATA,
          false,
          "nothing is known of the data that it was trained on; attach it, with the fingerprint"
              + " of the version's lineage");
    }
    Duration span = trained.finding().span().orElse(Duration.ZERO);
    return verdict(
        GateVerdict.DATA,
        trained.finding().rows() >= gate.rowsMin() && span.compareTo(gate.spanMin()) >= 0,
        "%d rows over %s; %d over %s are needed"
            .formatted(trained.finding().rows(), span, gate.rowsMin(), gate.spanMin()),
        trained);
  }

  private GateVerdict sameSignature() {
    if (named.isEmpty()) {
      return verdict(GateVerdict.SAME_SIGNATURE, true, "the alias names no version yet");
    }
    ModelVersion before = named.get();
    if (before.number().major() != candidate.number().major()) {
      return verdict(
          GateVerdict.SAME_SIGNATURE,
          true,
          "another major number than " + before.number() + " may have another signature");
    }
    boolean same = before.content().signature().equals(candidate.content().signature());
    return verdict(
        GateVerdict.SAME_SIGNATURE,
        same,
        same
            ? "the signature is that of " + before.number()
            : "the signature is not that of " + before.number() + "; give it a new major number");
  }

  private GateVerdict approvals() {
    return verdict(
        GateVerdict.APPROVALS,
        approvals >= protection.approvalsMin(),
        "%d of %d approvals".formatted(approvals, protection.approvalsMin()));
  }

  /** The version to be compared with. */
  private Optional<VersionName> rival() {
    return named
        .filter(before -> !before.number().equals(candidate.number()))
        .map(before -> new VersionName(before.model(), before.number()));
  }

  private boolean isOfTrainingData(Exhibit exhibit) {
    Optional<Sha256> lineage = VersionFacts.dataFingerprint(candidate);
    return exhibit instanceof Exhibit.Trained trained
        && (lineage.isEmpty() || lineage.equals(trained.data()));
  }

  private Predicate<Exhibit> fresh(Predicate<Exhibit> wanted) {
    return exhibit -> isFresh(exhibit) && wanted.test(exhibit);
  }

  private boolean isFresh(Exhibit exhibit) {
    return protection
        .gates()
        .ageMax()
        .map(age -> !exhibit.since().isBefore(now.minus(age)))
        .orElse(true);
  }

  private Optional<Exhibit> newest(Predicate<Exhibit> wanted) {
    return exhibits.stream().filter(wanted).findFirst();
  }

  private static String plain(double share) {
    return new BigDecimal(share, new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private static GateVerdict verdict(String gate, boolean passed, String explanation) {
    return new GateVerdict(gate, passed, explanation, List.of());
  }

  private static GateVerdict verdict(
      String gate, boolean passed, String explanation, Exhibit exhibit) {
    return new GateVerdict(gate, passed, explanation, List.of(exhibit.id()));
  }
}
