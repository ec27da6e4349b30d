package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which series. */
final class SelectionOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "SERIES",
      description = "Names; one that ends in * means all that begin so. None means every series.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--labels",
      paramLabel = "CONDITIONS",
      description = "Conditions on labels, as in 'series list'.")
  private String labels = "";

  SeriesSelection selection() {
    var selection = SeriesSelection.newBuilder().setLabelSelector(labels);
    List<String> prefixes = names.stream().filter(name -> name.endsWith("*")).toList();
    if (prefixes.isEmpty()) {
      if (!names.isEmpty() && !labels.isEmpty()) {
        throw new UsageException("--labels: cannot be combined with names; use NAME* or no names");
      }
      return selection.addAllNames(names).build();
    }
    if (names.size() > 1) {
      throw new UsageException("SERIES: one NAME* can be given, and then no other names");
    }
    String prefix = prefixes.getFirst();
    return selection.setPrefix(prefix.substring(0, prefix.length() - 1)).build();
  }
}
