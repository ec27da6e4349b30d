package dev.tidewatch.models.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Typed access to the members of a JSON object that remembers which were read. Throws
 * IllegalArgumentException.
 */
final class Members {
  private final ObjectNode object;
  private final String where;
  private final Set<String> read = new HashSet<>();

  Members(JsonNode node, String where) {
    if (!(node instanceof ObjectNode members)) {
      throw new IllegalArgumentException("%s is not a JSON object".formatted(where));
    }
    this.object = members;
    this.where = where;
  }

  boolean has(String name) {
    return object.has(name);
  }

  List<String> names() {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  String text(String name) {
    JsonNode node = member(name);
    if (!node.isTextual()) {
      throw new IllegalArgumentException("%s of %s is not text".formatted(name, where));
    }
    return node.textValue();
  }

  int integer(String name) {
    read.add(name);
    return peekInteger(name);
  }

  int peekInteger(String name) {
    JsonNode node = object.path(name);
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw new IllegalArgumentException("%s of %s is not a whole number".formatted(name, where));
    }
    return node.intValue();
  }

  long longInteger(String name) {
    JsonNode node = member(name);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new IllegalArgumentException("%s of %s is not a whole number".formatted(name, where));
    }
    return node.longValue();
  }

  double number(String name) {
    JsonNode node = member(name);
    if (!node.isNumber()) {
      throw new IllegalArgumentException("%s of %s is not a number".formatted(name, where));
    }
    return node.doubleValue();
  }

  JsonNode array(String name) {
    JsonNode node = member(name);
    if (!node.isArray()) {
      throw new IllegalArgumentException("%s of %s is not an array".formatted(name, where));
    }
    return node;
  }

  Members object(String name) {
    return new Members(member(name), name);
  }

  /** A member that nobody asked for would be silently lost, so it is refused. */
  void requireAllRead() {
    for (String name : names()) {
      if (!read.contains(name)) {
        throw new IllegalArgumentException("member %s of %s is unknown".formatted(name, where));
      }
    }
  }

  private JsonNode member(String name) {
    read.add(name);
    JsonNode node = object.get(name);
    if (node == null) {
      throw new IllegalArgumentException("member %s of %s is missing".formatted(name, where));
    }
    return node;
  }
}
