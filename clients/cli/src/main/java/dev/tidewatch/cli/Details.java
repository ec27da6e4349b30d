package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import dev.tidewatch.cli.terminal.Table;

/** One resource, a line per field that is set. */
final class Details {
  private Details() {}

  static void print(Session session, Message message) {
    var table = new Table().left("FIELD").left("VALUE");
    add(table, "", ProtoJson.object(message));
    session.print(table);
  }

  private static void add(Table table, String path, JsonNode node) {
    if (node.isObject()) {
      node.properties()
          .forEach(field ->
              add(
                  table,
                  path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                  field.getValue()));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        add(table, node.size() == 1 ? path : path + "[" + i + "]", node.get(i));
      }
    } else {
      String text = node.asText();
      boolean unset = text.isEmpty() || text.equals("UNSPECIFIED") || node.isNull();
      if (!unset) {
        table.row(path, text);
      }
    }
  }
}
