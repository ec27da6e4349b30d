package dev.tidewatch.serverkit.config;

import java.lang.reflect.ParameterizedType;

/**
 * Renders the settings of a configuration record as Markdown, for the reference in the
 * documentation.
 */
public final class ConfigReference {
  private ConfigReference() {}

  /**
   * One table per section, in the order of declaration.
   *
   * @param section as in {@link ConfigLoader#of}
   */
  public static String markdown(Class<? extends Record> type, String section) {
    var out = new StringBuilder();
    for (Schema.Section each : Schema.sections(Schema.of(type, section))) {
      if (each.children().stream().noneMatch(Schema.Leaf.class::isInstance)) {
        continue;
      }
      out.append("### ").append(each.key().isEmpty() ? "(top level)" : '`' + each.key() + '`');
      out.append("\n\n");
      if (!each.description().isEmpty()) {
        out.append(each.description()).append("\n\n");
      }
      out.append("| key | environment | type | default | |\n|---|---|---|---|---|\n");
      for (Schema.Node node : each.children()) {
        if (node instanceof Schema.Leaf leaf) {
          out.append("| `").append(leaf.key());
          out.append("` | `").append(Names.environment(leaf.key()));
          out.append("` | ").append(form(leaf));
          out.append(" | ").append(defaultOf(leaf));
          out.append(" | ").append(leaf.description().replace("|", "\\|")).append(" |\n");
        }
      }
      out.append('\n');
    }
    return out.toString();
  }

  /** The same for a terminal: each setting as a flag, its form and default, and what it does. */
  static String text(Class<? extends Record> type, String section) {
    var out = new StringBuilder();
    out.append(
        "Settings, as flags --KEY=VALUE, as environment variables, or in the YAML file that\n");
    out.append(
        "--config=FILE (TIDEWATCH_CONFIG) names; the first of these that has one counts.\n\n");
    for (Schema.Leaf leaf : Schema.leaves(Schema.of(type, section))) {
      String text = leaf.defaultText();
      out.append("--").append(leaf.key()).append("   ").append(Names.environment(leaf.key()));
      out.append("\n    ").append(form(leaf));
      out.append(text == null || text.isEmpty() ? "" : "; default " + text);
      out.append("\n    ").append(leaf.description()).append("\n");
    }
    return out.toString();
  }

  private static String form(Schema.Leaf leaf) {
    String one = Values.expected(leaf.valueType());
    return leaf.type() instanceof ParameterizedType && leaf.isList() ? "list, each " + one : one;
  }

  private static String defaultOf(Schema.Leaf leaf) {
    String text = leaf.defaultText();
    if (text == null) {
      return leaf.required() ? "**required**" : "none";
    }
    return text.isEmpty() ? "empty" : '`' + text + '`';
  }
}
