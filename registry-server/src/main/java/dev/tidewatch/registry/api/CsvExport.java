package dev.tidewatch.registry.api;

import com.google.protobuf.util.Timestamps;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** RFC 4180: a header, a version a line, lines ended by CR LF. */
final class CsvExport implements ExportText {
  private static final List<String> COLUMNS =
      List.of(
          "model",
          "version",
          "state",
          "state_reason",
          "task",
          "family",
          "aliases",
          "created_at",
          "created_by",
          "artifact_sha256",
          "artifact_size_bytes",
          "artifact_format",
          "horizon_steps",
          "history_steps",
          "run_id",
          "data_fingerprint",
          "data_rows",
          "code_version",
          "series",
          "description");

  private final List<String> metrics;
  private final List<String> tags;

  CsvExport(SortedSet<String> metrics, SortedSet<String> tags) {
    this.metrics = List.copyOf(metrics);
    this.tags = List.copyOf(tags);
  }

  @Override
  public String start() {
    List<String> header = new ArrayList<>(COLUMNS);
    metrics.forEach(metric -> header.add("metrics." + metric));
    tags.forEach(tag -> header.add("tags." + tag));
    return line(header);
  }

  @Override
  public String version(ModelVersion version) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                version.getModel(),
                version.getVersion(),
                VersionDifferences.bare(version.getState().getValueDescriptor()),
                version.getStateReason(),
                VersionDifferences.bare(version.getTask().getValueDescriptor()),
                version.getFamily(),
                String.join(" ", version.getAliasesList()),
                Timestamps.toString(version.getCreatedAt()),
                version.getCreatedBy(),
                version.getArtifact().getSha256(),
                Long.toString(version.getArtifact().getSizeBytes()),
                VersionDifferences.bare(version.getArtifact().getFormat().getValueDescriptor()),
                Integer.toString(version.getSignature().getHorizonSteps()),
                Integer.toString(version.getSignature().getHistorySteps()),
                version.getLineage().getRunId(),
                version.getLineage().getDataFingerprint(),
                Long.toString(version.getLineage().getDataRows()),
                version.getLineage().getCodeVersion(),
                version.getLineage().getTrainingList().stream()
                    .map(window -> window.getSeries())
                    .distinct()
                    .collect(Collectors.joining(" ")),
                version.getDescription()));
    for (String metric : metrics) {
      Double value = version.getMetricsMap().get(metric);
      cells.add(value == null ? "" : value.toString());
    }
    for (String tag : tags) {
      cells.add(version.getTagsOrDefault(tag, ""));
    }
    return line(cells);
  }

  @Override
  public String end() {
    return "";
  }

  private static String line(List<String> cells) {
    return cells.stream().map(CsvExport::cell).collect(Collectors.joining(",")) + "\r\n";
  }

  private static String cell(String text) {
    boolean plain =
        text.indexOf(',') < 0
            && text.indexOf('"') < 0
            && text.indexOf('\n') < 0
            && text.indexOf('\r') < 0;
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
