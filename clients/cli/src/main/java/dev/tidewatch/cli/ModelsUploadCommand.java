package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Progress;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.trainer.BundleRegistration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers a bundle from a file. */
@Command(
    name = "upload",
    description = {
      "Register a bundle that lies in a file, as 'models download' leaves it.",
      "Checked here before anything is sent; a broken upload goes on where it stopped."
    },
    footer = {
      "  tidewatch models upload load-1.2.0.zip --model load",
      "  tidewatch models upload load-1.2.0.zip --model load --alias champion"
    })
final class ModelsUploadCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "FILE", description = "The bundle.")
  private Path file;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "Name of the model; made if it is not there.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Move this alias to the version.")
  private @Nullable String alias;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private String description = "";

  ModelsUploadCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    var registry = session.tidewatch().registry();
    ModelVersion version;
    try (Progress progress =
        session.progress(String.valueOf(file.getFileName()), "B", Files.size(file))) {
      version =
          new BundleRegistration(registry)
              .register(file, model, description, (done, total) -> progress.at(done));
    } catch (BundleException e) {
      throw new UsageException(file + ": " + e.getMessage());
    }
    if (alias != null) {
      registry.moveAlias(model, alias, version.getVersion(), "uploaded");
    }
    if (session.json()) {
      session.print(version);
    } else {
      session.print(
          "Registered %s %s%s."
              .formatted(model, version.getVersion(), alias == null ? "" : ", now @" + alias));
    }
    return ExitCode.OK;
  }
}
