package dev.tidewatch.registry.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.GateVerdict;
import dev.tidewatch.registry.domain.RoleBinding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.JSONB;

/** The JSON columns. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {};
  private static final TypeReference<TreeMap<String, Double>> FIGURES = new TypeReference<>() {};
  private static final TypeReference<List<RoleBinding>> BINDINGS = new TypeReference<>() {};

  private static final TypeReference<List<GateVerdict>> VERDICTS = new TypeReference<>() {};

  private Json() {}

  static JSONB of(Map<String, ?> values) {
    return write(values);
  }

  static JSONB of(List<RoleBinding> bindings) {
    return write(bindings);
  }

  static JSONB list(Map<String, String> only) {
    return write(List.of(only));
  }

  static JSONB of(Document document) {
    return JSONB.jsonb(document.json());
  }

  static Map<String, String> texts(JSONB column) {
    return read(column, TEXTS);
  }

  static Map<String, Double> figures(JSONB column) {
    return read(column, FIGURES);
  }

  static List<RoleBinding> bindings(JSONB column) {
    return read(column, BINDINGS);
  }

  static JSONB verdicts(List<GateVerdict> verdicts) {
    return write(verdicts);
  }

  static List<GateVerdict> verdicts(JSONB column) {
    return read(column, VERDICTS);
  }

  static Document document(JSONB column) {
    return new Document(column.data());
  }

  private static JSONB write(Object value) {
    try {
      return JSONB.jsonb(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps and records of text and numbers are JSON", e);
    }
  }

  private static <T> T read(JSONB column, TypeReference<T> type) {
    try {
      return MAPPER.readValue(column.data(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON column holds something else", e);
    }
  }
}
