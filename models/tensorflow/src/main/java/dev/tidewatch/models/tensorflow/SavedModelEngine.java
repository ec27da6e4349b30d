package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.tensor.TensorEngine;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * TensorFlow SavedModels, loaded by DJL: a folder, or a zip of one (the folder itself may be in the
 * zip or not). Unpacked files are deleted once the model is loaded.
 */
public final class SavedModelEngine implements TensorEngine {
  private static final int FILES_MAX = 10_000;
  private static final long BYTES_MAX = 8L << 30;
  private static final int COPY_BYTES = 1 << 16;

  @Override
  public TensorFormat format() {
    return TensorFormat.SAVED_MODEL_ZIP;
  }

  @Override
  public String platform() {
    return "tensorflow_savedmodel";
  }

  @Override
  public TensorModel load(Path artifact) throws IOException {
    if (Files.isDirectory(artifact)) {
      return SavedModelNetwork.load(modelFolder(artifact));
    }
    Path unpacked = Files.createTempDirectory("tidewatch-saved-model");
    try {
      unpack(artifact, unpacked);
      return SavedModelNetwork.load(modelFolder(unpacked));
    } finally {
      delete(unpacked);
    }
  }

  /**
   * @param savedModel the content of a {@code saved_model.pb} that needs no other files
   * @throws TensorModelException if TensorFlow refuses it
   */
  static TensorModel load(byte[] savedModel) {
    try {
      Path folder = Files.createTempDirectory("tidewatch-saved-model");
      try {
        Files.write(folder.resolve(FrozenSavedModel.FILE_NAME), savedModel);
        return SavedModelNetwork.load(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a SavedModel needs a temporary folder", e);
    }
  }

  /** The one folder that has the graph. */
  private static Path modelFolder(Path root) throws IOException {
    if (Files.exists(root.resolve(FrozenSavedModel.FILE_NAME))) {
      return root;
    }
    try (var children = Files.list(root)) {
      return children
          .filter(child -> Files.exists(child.resolve(FrozenSavedModel.FILE_NAME)))
          .sorted()
          .findFirst()
          .orElseThrow(() ->
              new TensorModelException(
                  Reason.DAMAGED,
                  "not a SavedModel: %s is missing".formatted(FrozenSavedModel.FILE_NAME)));
    }
  }

  private static void unpack(Path zipFile, Path folder) throws IOException {
    int files = 0;
    long bytesLeft = BYTES_MAX;
    try (InputStream in = Files.newInputStream(zipFile);
        var zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder) || ++files > FILES_MAX) {
          throw new TensorModelException(
              Reason.DAMAGED,
              "the zip has an entry outside of its folder, or more than %d".formatted(FILES_MAX));
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          bytesLeft = copy(zip, file, bytesLeft);
        }
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new TensorModelException(
          Reason.DAMAGED, "the zip cannot be unpacked: " + e.getMessage(), e);
    }
    if (files == 0) {
      throw new TensorModelException(Reason.DAMAGED, "not a zip, or an empty one");
    }
  }

  private static long copy(InputStream in, Path file, long bytesMax) throws IOException {
    long left = bytesMax;
    var buffer = new byte[COPY_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        left -= read;
        if (left < 0) {
          throw new TensorModelException(
              Reason.TOO_LARGE, "the zip holds more than %d bytes".formatted(BYTES_MAX));
        }
        out.write(buffer, 0, read);
      }
    }
    return left;
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
