package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.proto.registry.v1.Artifact;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a model's file. */
@Command(
    name = "download",
    description = {
      "Fetch the file of a model's champion, or of another of its versions.",
      "Checked by SHA-256; a broken download goes on where it stopped."
    },
    footer = {
      "  tidewatch models download load",
      "  tidewatch models download load@1.2.0 -o load.zip"
    })
final class ModelsDownloadCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL[@VERSION|@ALIAS]", description = "Which version (the champion).")
  private String model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to (MODEL-VERSION.zip in this folder).")
  private @Nullable Path output;

  ModelsDownloadCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    var registry = session.tidewatch().registry();
    ModelVersion version = ModelReference.parse(model).resolve(registry, "champion");
    Path target =
        output != null ? output : Path.of(version.getModel() + "-" + version.getVersion() + ".zip");
    String sha256 = version.getArtifact().getSha256();
    long size = version.getArtifact().getSizeBytes();
    Artifact artifact;
    try (Progress progress = session.progress(String.valueOf(target.getFileName()), "B", size)) {
      artifact =
          registry
              .artifacts()
              .download(sha256, target.toAbsolutePath(), (done, total) -> progress.at(done));
    }
    if (session.json()) {
      session.print(
          Session.object()
              .put("file", target.toString())
              .put("model", version.getModel())
              .put("version", version.getVersion())
              .put("sha256", sha256)
              .put("bytes", artifact.getSizeBytes()));
    } else {
      session.print(
          "Wrote %s %s to %s (%s, SHA-256 %s)."
              .formatted(
                  version.getModel(),
                  version.getVersion(),
                  target,
                  Numbers.bytes(artifact.getSizeBytes()),
                  sha256));
    }
    return ExitCode.OK;
  }
}
