package dev.tidewatch.inference.serving;

import dev.tidewatch.models.all.AllEngines;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.tensor.TensorFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that loads a model, warms it, and says how that went: the server starts it so that a
 * model that ends its process ends this one.
 *
 * <p>Arguments: the artifact, its SHA-256, its format, and the file for the verdict. Exit code 0:
 * the model answered. 3: it was refused; the verdict holds a stable reason and a message, each on a
 * line. The process ends when its standard input does, so that it never outlives the server.
 */
public final class TrialMain {
  static final int REFUSED = 3;
  static final int ORPHANED = 4;

  private TrialMain() {}

  public static void main(String[] arguments) throws IOException {
    System.exit(
        run(
            new ModelLoader(AllFamilies.create(), AllEngines.create(), BundleLimits.DEFAULT),
            arguments));
  }

  /** Exit code. */
  static int run(ModelLoader loader, String[] arguments) throws IOException {
    Thread.ofPlatform().daemon().name("server-watch").start(TrialMain::endWithServer);
    Path file = Path.of(arguments[0]);
    Path verdict = Path.of(arguments[3]);
    try {
      var artifact =
          new CachedArtifact(
              file, arguments[1], TensorFormat.valueOf(arguments[2]), Files.size(file));
      try (LoadedModel model = loader.open(artifact).load()) {
        WarmUp.run(model, new RecordedInputs());
      }
      return 0;
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      var refusal = Refusals.of(e);
      Files.writeString(verdict, refusal.reason() + "\n" + refusal.getMessage());
      return REFUSED;
    }
  }

  private static void endWithServer() {
    try {
      while (System.in.read() >= 0) {
        // The server sends nothing.
      }
    } catch (IOException e) {
      // As its end.
    }
    Runtime.getRuntime().halt(ORPHANED);
  }
}
