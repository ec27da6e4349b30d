package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.ModelVersion;
import picocli.CommandLine.Parameters;

/** Which version on which series, as typed. */
final class TunedVersion {
  @Parameters(
      index = "0",
      paramLabel = "MODEL[@VERSION]",
      description = "Which model; its champion unless told.")
  private String model = "";

  @Parameters(index = "1", paramLabel = "SERIES", description = "On which series.")
  private String series = "";

  String series() {
    return series;
  }

  ModelVersion version(Session session) {
    return ModelReference.parse(model).resolve(session.tidewatch().registry(), "champion");
  }
}
