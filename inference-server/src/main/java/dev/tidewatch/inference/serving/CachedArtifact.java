package dev.tidewatch.inference.serving;

import dev.tidewatch.models.tensor.TensorFormat;
import java.nio.file.Path;

/**
 * A verified file on this machine.
 *
 * @param sha256 lower-case hexadecimal
 */
record CachedArtifact(Path path, String sha256, TensorFormat format, long sizeBytes) {}
