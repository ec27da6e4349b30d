package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.CoverageFinding;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists what speaks for a version. */
@Command(
    name = "evidence",
    description = "List the evidence of a version, newest first: what gates look at.",
    footer = {"  tidewatch models evidence load@1.3.0", "  tidewatch models evidence load --json"})
final class ModelsEvidenceCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL[@PICK]", description = "Which version or alias (the champion).")
  private String model;

  ModelsEvidenceCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var registry = session.tidewatch().registry();
    var version = ModelReference.parse(model).resolve(registry, "champion");
    List<Evidence> all = registry.listEvidence(version.getModel(), version.getVersion()).toList();
    if (session.json()) {
      session.print(all);
      return ExitCode.OK;
    }
    var table = new Table().whole("FOUND").left("BY").left("KIND").left("FINDING");
    for (Evidence evidence : all) {
      table.row(
          session.show(evidence.getFoundAt()),
          evidence.getAttachedBy(),
          evidence.getFindingCase().name().toLowerCase(Locale.ROOT),
          finding(evidence));
    }
    session.print(table);
    return ExitCode.OK;
  }

  private static String finding(Evidence evidence) {
    return switch (evidence.getFindingCase()) {
      case PAIRED_ERRORS -> {
        PairedErrors paired = evidence.getPairedErrors();
        yield String.format(
            Locale.ROOT,
            "%s %.4g against %.4g of %s %s, %d origins",
            paired.getMeasure(),
            mean(paired.getCandidateErrorsList()),
            mean(paired.getOtherErrorsList()),
            paired.getOther().getModel(),
            paired.getOther().getVersion(),
            paired.getOriginsMicrosCount());
      }
      case COVERAGE -> {
        CoverageFinding coverage = evidence.getCoverage();
        yield String.format(
            Locale.ROOT,
            "%.4g of %d intervals held, %.4g promised",
            coverage.getObserved(),
            coverage.getIntervals(),
            coverage.getNominal());
      }
      case DATA ->
          evidence.getData().getRows()
              + " values over "
              + dev.tidewatch.cli.time.Durations.format(
                  java.time.Duration.ofSeconds(evidence.getData().getSpan().getSeconds()));
      case FINDING_NOT_SET -> "";
    };
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
