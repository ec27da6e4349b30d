package dev.tidewatch.registry.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tidewatch.proto.registry.v1.ModelVersion;

/** An array, a version a line. */
final class JsonExport implements ExportText {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private boolean begun;

  @Override
  public String start() {
    return "[";
  }

  @Override
  public String version(ModelVersion version) {
    String separator = begun ? ",\n" : "\n";
    begun = true;
    try {
      return separator + JSON.print(version);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored version has a JSON form", e);
    }
  }

  @Override
  public String end() {
    return "\n]\n";
  }
}
