package dev.tidewatch.benchmarks;

import dev.tidewatch.models.tensorflow.LstmExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The network of the predict bench in a folder.
 *
 * @param savedModel folder with {@code saved_model.pb}
 * @param zip of it
 */
record PredictFiles(Path savedModel, Path zip, Path onnx) {
  private static final String GRAPH = "saved_model.pb";

  static PredictFiles in(Path folder) {
    return new PredictFiles(
        folder.resolve("saved-model"), folder.resolve("lstm.zip"), folder.resolve("lstm.onnx"));
  }

  static PredictFiles write(Path folder, long seed) throws IOException {
    PredictFiles files = in(folder);
    byte[] graph = LstmExample.savedModel(seed);
    Files.createDirectories(files.savedModel);
    Files.write(files.savedModel.resolve(GRAPH), graph);
    try (var zip = new ZipOutputStream(Files.newOutputStream(files.zip))) {
      zip.putNextEntry(new ZipEntry(GRAPH));
      zip.write(graph);
      zip.closeEntry();
    }
    Files.write(files.onnx, LstmExample.onnx(seed));
    return files;
  }
}
