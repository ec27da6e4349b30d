package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.GateVerdict;
import java.util.List;

/** What gates said, a line for each. */
final class Verdicts {
  private Verdicts() {}

  static void print(Session session, List<GateVerdict> verdicts) {
    var table = new Table().left("GATE").left("SAYS").left("WHY");
    for (GateVerdict verdict : verdicts) {
      table.row(
          verdict.getGate(), verdict.getPassed() ? "passed" : "refused", verdict.getExplanation());
    }
    session.print(table);
  }
}
