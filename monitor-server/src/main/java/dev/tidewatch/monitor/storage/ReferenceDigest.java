package dev.tidewatch.monitor.storage;

import dev.tidewatch.monitor.drift.DriftReference;
import dev.tidewatch.monitor.drift.DriftReference.ReferenceSketch;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;

/** SHA-256 of a reference, whatever the order of its sketches. */
final class ReferenceDigest {
  private ReferenceDigest() {}

  static byte[] of(DriftReference reference) {
    List<ReferenceSketch> sorted =
        reference.sketches().stream()
            .sorted(
                Comparator.comparing(ReferenceSketch::input)
                    .thenComparingInt(ReferenceSketch::hourOfWeek))
            .toList();
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(reference.grid().toString());
      for (ReferenceSketch sketch : sorted) {
        out.writeUTF(sketch.input());
        out.writeUTF(sketch.source());
        out.writeInt(sketch.hourOfWeek());
        out.writeLong(sketch.samples());
        out.writeDouble(sketch.missingShare());
        out.writeInt(sketch.payload().length);
        out.write(sketch.payload());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory does not fail", e);
    }
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
