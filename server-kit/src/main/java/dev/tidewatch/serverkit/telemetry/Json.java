package dev.tidewatch.serverkit.telemetry;

/** Writes JSON texts: just enough for log lines and spans. */
final class Json {
  private Json() {}

  /** Appends {@code "name":"value"}, after a comma unless it is the first of its object. */
  static StringBuilder field(StringBuilder out, String name, String value) {
    name(out, name);
    return quoted(out, value);
  }

  /** Appends {@code "name":value}. */
  static StringBuilder field(StringBuilder out, String name, long value) {
    return name(out, name).append(value);
  }

  /** Appends {@code "name":}. */
  static StringBuilder name(StringBuilder out, String name) {
    if (!out.isEmpty() && out.charAt(out.length() - 1) != '{') {
      out.append(',');
    }
    return quoted(out, name).append(':');
  }

  static StringBuilder quoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c)) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"');
  }
}
