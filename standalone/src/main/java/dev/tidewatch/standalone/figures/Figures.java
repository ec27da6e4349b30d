package dev.tidewatch.standalone.figures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Named numbers of one run, in the order in which they were put. A key is lower case words joined
 * by {@code _}, unit last: {@code ack_ms_p99}. Not thread-safe.
 */
public final class Figures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MathContext SIX_DIGITS = new MathContext(6);

  private final Map<String, Double> values = new LinkedHashMap<>();

  /**
   * Adds one figure.
   *
   * @throws IllegalArgumentException for a key that is taken or of another form, or a value that is
   *     not finite
   */
  public Figures put(String key, double value) {
    if (!key.matches("[a-z][a-z0-9]*(_[a-z0-9]+)*")) {
      throw new IllegalArgumentException("key: " + key);
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(key + ": " + value);
    }
    if (values.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException("key: " + key + " is there already");
    }
    return this;
  }

  /** Adds a count; beyond 2^53 it is rounded. */
  public Figures put(String key, long count) {
    return put(key, (double) count);
  }

  /** Adds all figures of another run's part. */
  public Figures putAll(Figures others) {
    others.values.forEach((key, value) -> put(key, value.doubleValue()));
    return this;
  }

  public OptionalDouble get(String key) {
    Double value = values.get(key);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  public Map<String, Double> asMap() {
    return Collections.unmodifiableMap(values);
  }

  /**
   * {@code {"bench": …, "figures": {…}, "machine": {…}}} on one line. Whole numbers up to 2^53 are
   * written as such, others with six significant digits.
   */
  public String toJsonLine(String bench, MachineDescription machine) {
    var root = JSON.createObjectNode();
    root.put("bench", bench);
    var figures = root.putObject("figures");
    values.forEach((key, value) -> putNumber(figures, key, value));
    var about = root.putObject("machine");
    about.put("os", machine.os());
    about.put("arch", machine.arch());
    about.put("cpu", machine.cpu());
    about.put("cores", machine.cores());
    about.put("memory_mb", machine.memoryMb());
    about.put("java", machine.java());
    about.put("load_average", machine.loadAverage());
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("figures of " + bench, e);
    }
  }

  /** Reads what {@link #toJsonLine} wrote; the machine is left out. */
  public static Figures fromJsonLine(String line) {
    try {
      var read = new Figures();
      JSON.readTree(line)
          .path("figures")
          .properties()
          .forEach(entry -> read.put(entry.getKey(), entry.getValue().asDouble()));
      return read;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a line of figures: " + line, e);
    }
  }

  private static void putNumber(ObjectNode node, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) <= 0x1p53) {
      node.put(key, (long) value);
    } else {
      node.put(key, new BigDecimal(value).round(SIX_DIGITS).doubleValue());
    }
  }
}
