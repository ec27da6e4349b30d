package dev.tidewatch.cli;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import dev.tidewatch.cli.terminal.Style;
import java.util.Locale;

/** How bad an anomaly is, in words and colour. */
final class Severities {
  private Severities() {}

  static String show(Style style, EnumValueDescriptor severity) {
    String bare = ProtoJson.bare(severity);
    String word = bare.toLowerCase(Locale.ROOT);
    return switch (bare) {
      case "CRITICAL", "HIGH" -> style.red(word);
      case "MEDIUM" -> style.yellow(word);
      default -> word;
    };
  }
}
