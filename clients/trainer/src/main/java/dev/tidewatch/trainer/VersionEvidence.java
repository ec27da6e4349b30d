package dev.tidewatch.trainer;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.PairedBacktests;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.CoverageFinding;
import dev.tidewatch.proto.registry.v1.DataFinding;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.timeseries.Grid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What a training found out about the version that it made, for the registry's gates. */
final class VersionEvidence {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private VersionEvidence() {}

  /**
   * Training data, the coverage of each level, and the errors beside the champion's where they were
   * compared.
   *
   * @param foundAt when the training ended
   */
  static List<Evidence> of(TrainingPlan plan, Fitting.Fitted fitted, Instant foundAt) {
    var findings = new ArrayList<Evidence>();
    var common =
        Evidence.newBuilder()
            .setArtifactSha256(fitted.bundle().sha256())
            .setFoundAt(
                Timestamp.newBuilder()
                    .setSeconds(foundAt.getEpochSecond())
                    .setNanos(foundAt.getNano() / 1_000 * 1_000))
            .setDataFingerprint(fitted.bundle().manifest().trainingWindow().fingerprint())
            .build();
    TrainedOn trainedOn = fitted.trainedOn();
    findings.add(
        common.toBuilder()
            .setData(
                DataFinding.newBuilder()
                    .setRows(trainedOn.rows())
                    .setSpan(duration(trainedOn.spanMicros())))
            .build());
    if (fitted.backtest() != null) {
      for (int level = 0; level < plan.levels().size(); level++) {
        CoverageFinding coverage = coverage(fitted.backtest(), level, plan.levels().get(level));
        if (coverage.getIntervals() > 0) {
          findings.add(common.toBuilder().setCoverage(coverage).build());
        }
      }
    }
    ChampionComparison comparison = fitted.comparison();
    if (comparison != null && !comparison.pairs().isEmpty()) {
      findings.add(
          common.toBuilder()
              .setPairedErrors(pairedErrors(plan.model(), comparison, plan.grid()))
              .build());
    }
    return findings;
  }

  /** Attaches all of it; the run's id makes a repeat change nothing. */
  static void attach(
      RegistryClient registry, ModelVersion version, String runId, List<Evidence> findings) {
    for (int i = 0; i < findings.size(); i++) {
      String name = runId + "/evidence/" + i;
      registry.attachEvidence(
          AttachEvidenceRequest.newBuilder()
              .setRequestId(
                  UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString())
              .setModel(version.getModel())
              .setVersion(version.getVersion())
              .setEvidence(findings.get(i))
              .build());
    }
  }

  private static CoverageFinding coverage(BacktestReport backtest, int level, double nominal) {
    long intervals = 0;
    long held = 0;
    for (BacktestReport.Origin origin : backtest.origins()) {
      for (int step = 0; step < origin.actual().size(); step++) {
        double actual = origin.actual().get(step);
        if (!Double.isNaN(actual)) {
          intervals++;
          boolean inside =
              origin.forecast().lower(level, step) <= actual
                  && actual <= origin.forecast().upper(level, step);
          held += inside ? 1 : 0;
        }
      }
    }
    return CoverageFinding.newBuilder()
        .setNominal(nominal)
        .setObserved(intervals == 0 ? 0 : (double) held / intervals)
        .setIntervals(intervals)
        .build();
  }

  private static PairedErrors pairedErrors(String model, ChampionComparison comparison, Grid grid) {
    var errors =
        PairedErrors.newBuilder()
            .setOther(
                VersionReference.newBuilder().setModel(model).setVersion(comparison.version()))
            .setMeasure(ChampionComparison.MEASURE);
    for (PairedBacktests.Pair pair : comparison.pairs()) {
      errors
          .addOriginsMicros(grid.startMicros(pair.originIndex()))
          .addCandidateErrors(pair.first())
          .addOtherErrors(pair.second());
    }
    return errors.build();
  }

  private static Duration duration(long micros) {
    return Duration.newBuilder()
        .setSeconds(micros / MICROS_PER_SECOND)
        .setNanos((int) (micros % MICROS_PER_SECOND) * 1_000)
        .build();
  }
}
