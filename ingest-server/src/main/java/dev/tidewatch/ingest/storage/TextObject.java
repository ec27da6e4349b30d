package dev.tidewatch.ingest.storage;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON objects (RFC 8259) whose values are all texts: how labels lie in the database. */
final class TextObject {
  private final String json;
  private int at;

  private TextObject(String json) {
    this.json = json;
  }

  static String format(Map<String, String> texts) {
    var out = new StringBuilder("{");
    texts.forEach((key, value) -> {
      if (out.length() > 1) {
        out.append(',');
      }
      quote(out, key);
      out.append(':');
      quote(out, value);
    });
    return out.append('}').toString();
  }

  /**
   * @throws IllegalArgumentException if the text is anything else
   */
  static Map<String, String> parse(String json) {
    return new TextObject(json).object();
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private Map<String, String> object() {
    var texts = new LinkedHashMap<String, String>();
    expect('{');
    if (peek() != '}') {
      do {
        String key = text();
        expect(':');
        texts.put(key, text());
      } while (accept(','));
    }
    expect('}');
    return texts;
  }

  private String text() {
    expect('"');
    var out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        at += 4;
        if (at > json.length()) {
          throw malformed();
        }
        yield (char) Integer.parseInt(json, at - 4, at, 16);
      }
      default -> c;
    };
  }

  private char peek() {
    while (at < json.length() && json.charAt(at) == ' ') {
      at++;
    }
    if (at == json.length()) {
      throw malformed();
    }
    return json.charAt(at);
  }

  private boolean accept(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw malformed();
    }
  }

  private char next() {
    if (at == json.length()) {
      throw malformed();
    }
    return json.charAt(at++);
  }

  private IllegalArgumentException malformed() {
    return new IllegalArgumentException("not an object of texts, at " + at);
  }
}
