package dev.tidewatch.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;

/**
 * Where the servers of a standalone listen, and its database.
 *
 * @param databaseUrl JDBC, with the user {@code postgres} and no password
 */
public record Addresses(
    Endpoint ingest, Endpoint registry, Endpoint inference, Endpoint monitor, String databaseUrl) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For a client of the four. */
  public Connection connection() {
    return Connection.toHost(ingest.host()).withEndpoints(ingest, registry, inference, monitor);
  }

  /** One line of JSON: {@code {"ingest": "127.0.0.1:7410", …, "database": "jdbc:…"}}. */
  public String toJsonLine() {
    var node = JSON.createObjectNode();
    node.put("ingest", ingest.toString());
    node.put("registry", registry.toString());
    node.put("inference", inference.toString());
    node.put("monitor", monitor.toString());
    node.put("database", databaseUrl);
    return node.toString();
  }

  /**
   * Reads what {@link #toJsonLine} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Addresses fromJsonLine(String line) {
    try {
      var node = JSON.readTree(line);
      return new Addresses(
          endpoint(node, "ingest"),
          endpoint(node, "registry"),
          endpoint(node, "inference"),
          endpoint(node, "monitor"),
          node.required("database").textValue());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no addresses: " + line, e);
    }
  }

  private static Endpoint endpoint(JsonNode node, String server) {
    return Endpoint.parse(node.required(server).textValue(), 0);
  }
}
