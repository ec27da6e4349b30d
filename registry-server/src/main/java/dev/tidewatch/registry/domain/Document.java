package dev.tidewatch.registry.domain;

/**
 * A JSON document that the registry keeps as it came and does not look into.
 *
 * @param json an object
 */
public record Document(String json) {
  public static final Document EMPTY = new Document("{}");

  public Document {
    if (!json.startsWith("{")) {
      throw new IllegalArgumentException("a document is a JSON object");
    }
  }
}
