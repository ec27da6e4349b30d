package dev.tidewatch.inference.oip;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which inferences get a span of their own below that of the RPC: of all models, and of single ones
 * that differ. Where spans go is the server's configuration. Thread-safe.
 */
final class TraceSettings {
  static final String LEVEL = "trace_level";
  static final String RATE = "trace_rate";
  static final String COUNT = "trace_count";
  static final String MODE = "trace_mode";
  private static final String TIMESTAMPS = "TIMESTAMPS";
  private static final String OFF = "OFF";
  private static final int MODELS_MAX = 1_000;

  private static final Settings DEFAULT = new Settings(true, 1, -1);

  private Settings server = DEFAULT;
  private final Map<String, Overrides> models = new HashMap<>();
  private final Map<String, AtomicLong> seen = new HashMap<>();

  /**
   * @param rate each so-many-th inference
   * @param count how many more; -1 for all
   */
  private record Settings(boolean on, long rate, long count) {
    TreeMap<String, List<String>> texts() {
      var texts = new TreeMap<String, List<String>>();
      texts.put(LEVEL, List.of(on ? TIMESTAMPS : OFF));
      texts.put(RATE, List.of(Long.toString(rate)));
      texts.put(COUNT, List.of(Long.toString(count)));
      texts.put(MODE, List.of("opentelemetry"));
      return texts;
    }
  }

  /** Settings of one model by name; those that are absent are the server's. */
  private record Overrides(Map<String, List<String>> texts) {}

  /** True if this inference gets a span. */
  synchronized boolean traces(String model) {
    Settings settings = of(model);
    if (!settings.on() || settings.count() == 0) {
      return false;
    }
    String counted = models.containsKey(model) ? model : "";
    if (seen.computeIfAbsent(counted, m -> new AtomicLong()).getAndIncrement() % settings.rate()
        != 0) {
      return false;
    }
    if (settings.count() > 0) {
      String left = Long.toString(settings.count() - 1);
      Overrides own = models.get(model);
      if (own != null && own.texts().containsKey(COUNT)) {
        own.texts().put(COUNT, List.of(left));
      } else {
        server = new Settings(server.on(), server.rate(), settings.count() - 1);
      }
    }
    return true;
  }

  private Settings of(String model) {
    Overrides own = models.get(model);
    return own == null ? server : apply(server, own.texts(), DEFAULT);
  }

  /**
   * @param model empty for the server's settings
   * @param changes by name; without values: back to the default, for a model to the server's
   * @return what holds now
   * @throws InvalidArgument if a setting is unknown or its value is out of range
   */
  synchronized Map<String, List<String>> change(String model, Map<String, List<String>> changes) {
    changes.keySet().forEach(TraceSettings::requireKnown);
    if (model.isEmpty()) {
      server = apply(server, changes, DEFAULT);
      return server.texts();
    }
    if (!changes.isEmpty()) {
      var _ = apply(DEFAULT, changes, DEFAULT);
      Overrides known = models.get(model);
      Map<String, List<String>> texts = known == null ? new TreeMap<>() : known.texts();
      changes.forEach((name, values) -> {
        if (values.isEmpty()) {
          texts.remove(name);
        } else {
          texts.put(name, values);
        }
      });
      if (texts.isEmpty()) {
        models.remove(model);
      } else if (known == null && models.size() >= MODELS_MAX) {
        throw InvalidArgument.field(
            "model_name", "%d models have settings of their own already".formatted(MODELS_MAX));
      } else {
        models.put(model, new Overrides(texts));
      }
    }
    return of(model).texts();
  }

  private static void requireKnown(String name) {
    if (!Set.of(LEVEL, RATE, COUNT).contains(name)) {
      throw InvalidArgument.field(
          "settings." + name,
          name.equals(MODE) || name.equals("trace_file") || name.equals("log_frequency")
              ? "cannot be changed: spans go where the server's OTEL_* variables say"
              : "is no setting; there are trace_level, trace_rate and trace_count");
    }
  }

  private static Settings apply(
      Settings base, Map<String, List<String>> changes, Settings otherwise) {
    boolean on = base.on();
    long rate = base.rate();
    long count = base.count();
    for (var change : changes.entrySet()) {
      List<String> values = change.getValue();
      switch (change.getKey()) {
        case LEVEL -> on = values.isEmpty() ? otherwise.on() : level(values);
        case RATE -> rate = values.isEmpty() ? otherwise.rate() : number(RATE, values, 1);
        default -> count = values.isEmpty() ? otherwise.count() : number(COUNT, values, -1);
      }
    }
    return new Settings(on, rate, count);
  }

  private static boolean level(List<String> values) {
    if (values.equals(List.of(OFF))) {
      return false;
    }
    if (values.equals(List.of(TIMESTAMPS))) {
      return true;
    }
    throw InvalidArgument.field(
        "settings." + LEVEL, "is %s; it must be TIMESTAMPS or OFF".formatted(values));
  }

  private static long number(String name, List<String> values, long min) {
    try {
      long value = values.size() == 1 ? Long.parseLong(values.getFirst()) : min - 1;
      if (value >= min) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw InvalidArgument.field(
        "settings." + name, "is %s; it must be one whole number from %d".formatted(values, min));
  }
}
