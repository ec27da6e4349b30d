package dev.tidewatch.cli;

import com.google.protobuf.Duration;
import dev.tidewatch.proto.registry.v1.AliasProtection;
import dev.tidewatch.proto.registry.v1.CoverageGate;
import dev.tidewatch.proto.registry.v1.DataGate;
import dev.tidewatch.proto.registry.v1.GatePolicy;
import dev.tidewatch.proto.registry.v1.PairedTestGate;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.trainer.ChampionComparison;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets, shows or ends what guards an alias. */
@Command(
    name = "protect",
    description = {
      "Set what a version must show before an alias may name it; without options, show it.",
      "What is set replaces what was set before, as a whole."
    },
    footer = {
      "  tidewatch models protect load --not-worse --coverage 0.05 --evidence-age 7d",
      "  tidewatch models protect load --better --rows-min 2000 --approvals 2",
      "  tidewatch models protect load --off"
    })
final class ModelsProtectCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Which alias (champion).")
  private String alias = "champion";

  @Option(
      names = "--not-worse",
      description = "By a test on the same origins, not worse than the version named now.")
  private boolean notWorse;

  @Option(
      names = "--better",
      description = "By a test on the same origins, better than the version named now.")
  private boolean better;

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      description = "Errors that are compared (those that training attaches).")
  private String measure = ChampionComparison.MEASURE;

  @Option(names = "--pairs-min", paramLabel = "N", description = "Origins compared at least (30).")
  private int pairsMin;

  @Option(names = "--significance", paramLabel = "P", description = "Level of the test (0.05).")
  private double significance;

  @Option(
      names = "--coverage",
      paramLabel = "DIFFERENCE",
      description = "Intervals hold what they promise, to this difference, such as 0.05.")
  private @Nullable Double coverage;

  @Option(
      names = "--intervals-min",
      paramLabel = "N",
      description = "Intervals judged at least, with --coverage (100).")
  private long intervalsMin;

  @Option(names = "--rows-min", paramLabel = "N", description = "Values trained on at least.")
  private @Nullable Long rowsMin;

  @Option(names = "--span-min", paramLabel = "TIME", description = "Time trained on at least.")
  private @Nullable String spanMin;

  @Option(
      names = "--evidence-age",
      paramLabel = "TIME",
      description = "Older evidence does not count (any age).")
  private @Nullable String evidenceAge;

  @Option(
      names = "--same-signature",
      description = "The same inputs and outputs, except across a major number.")
  private boolean sameSignature;

  @Option(
      names = "--approvals",
      paramLabel = "N",
      description = "Approvals by different API keys (0).")
  private @Nullable Integer approvals;

  @Option(names = "--off", description = "End the protection.")
  private boolean off;

  ModelsProtectCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (better && notWorse) {
      throw new UsageException("--better, --not-worse: choose one");
    }
    GatePolicy gates = gates();
    boolean asks = !gates.equals(GatePolicy.getDefaultInstance()) || approvals != null;
    if (off && asks) {
      throw new UsageException("--off: ends the protection; leave the other options out");
    }
    var registry = session.tidewatch().registry();
    AliasProtection protection = registry.getAliasProtection(model, alias);
    if (off) {
      protection = registry.setAliasProtection(protection.toBuilder().setProtected(false).build());
    } else if (asks) {
      protection =
          registry.setAliasProtection(
              protection.toBuilder()
                  .setProtected(true)
                  .setGates(gates)
                  .setApprovalsMin(approvals == null ? 0 : approvals)
                  .build());
    }
    if (session.json()) {
      session.print(protection);
    } else if (protection.getProtected()) {
      Details.print(session, protection);
    } else {
      session.print("%s@%s is not protected.".formatted(model, alias));
    }
    return ExitCode.OK;
  }

  private GatePolicy gates() {
    var gates = GatePolicy.newBuilder().setSameSignature(sameSignature);
    if (better || notWorse) {
      gates.setPairedTest(
          PairedTestGate.newBuilder()
              .setMeasure(measure)
              .setPairsMin(pairsMin)
              .setSignificance(significance)
              .setBetter(better));
    } else if (pairsMin != 0 || significance != 0) {
      throw new UsageException("--pairs-min, --significance: need --better or --not-worse");
    }
    if (coverage != null) {
      gates.setCoverage(
          CoverageGate.newBuilder().setDifferenceMax(coverage).setIntervalsMin(intervalsMin));
    } else if (intervalsMin != 0) {
      throw new UsageException("--intervals-min: needs --coverage");
    }
    if (rowsMin != null || spanMin != null) {
      var data = DataGate.newBuilder().setRowsMin(rowsMin == null ? 0 : rowsMin);
      if (spanMin != null) {
        data.setSpanMin(duration("--span-min", spanMin));
      }
      gates.setData(data);
    }
    if (evidenceAge != null) {
      gates.setEvidenceAgeMax(duration("--evidence-age", evidenceAge));
    }
    return gates.build();
  }

  private Duration duration(String option, String text) {
    return ProtoTimes.duration(session.duration(option, text));
  }
}
