package dev.tidewatch.serverkit.config;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Fills a configuration record from flags ({@code --ingest.grpc.port=7410}), the environment
 * ({@code TIDEWATCH_INGEST_GRPC_PORT}), a YAML file ({@code ingest: {grpc: {port: 7410}}}) and
 * defaults, in that order of precedence. An unknown key is refused with the name of the nearest
 * known one; all problems are told at once.
 *
 * <p>Every component of the record has a {@link Setting}. Types: String, {@link Secret}, int, long,
 * double, boolean, Duration, Instant, {@link ByteSize}, Path, URI, enums, Optional and List of
 * these, and nested records. What a record's constructor refuses (IllegalArgumentException) is a
 * problem too.
 *
 * @param <T> the record
 */
public final class ConfigLoader<T extends Record> {
  private final Class<T> type;
  private final Schema.Section schema;
  private final Map<String, String> presets = new HashMap<>();
  private final List<String> otherSections = new ArrayList<>();
  private Map<String, String> environment = Map.of();
  private List<String> flags = List.of();
  private @Nullable Path file;

  private ConfigLoader(Class<T> type, String section) {
    this.type = type;
    this.schema = Schema.of(type, section);
  }

  /**
   * A loader that knows nothing but defaults yet.
   *
   * @param section first part of every key, such as {@code ingest}; empty when the record's own
   *     components are the sections
   */
  public static <T extends Record> ConfigLoader<T> of(Class<T> type, String section) {
    return new ConfigLoader<>(type, section);
  }

  /**
   * The record with all its defaults but for {@code settings}, whose keys have no section; for
   * tests and embedding.
   */
  public static <T extends Record> T with(Class<T> type, Map<String, String> settings) {
    return of(type, "").presets(settings).load();
  }

  /**
   * What a {@code main} does: flags and environment; the file is named by {@code --config} or
   * {@code TIDEWATCH_CONFIG}. Top-level sections of the file that belong to {@code otherSections}
   * are passed over, so that one file can serve several servers. {@code --help} prints the settings
   * and ends the process with 0; problems are printed and end it with 2.
   */
  public static <T extends Record> T load(
      Class<T> type, String section, List<String> otherSections, String[] args) {
    List<String> flags = Arrays.asList(args);
    if (flags.contains("--help") || flags.contains("-h")) {
      System.out.print(ConfigReference.text(type, section));
      System.exit(0);
    }
    try {
      return of(type, section)
          .otherSections(otherSections)
          .environment(System.getenv())
          .flags(flags)
          .load();
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      System.err.println("Run with --help for all settings.");
      System.exit(2);
      throw e;
    }
  }

  /**
   * Defaults of the process, by full key: stronger than those of the record, weaker than the file.
   */
  public ConfigLoader<T> presets(Map<String, String> values) {
    presets.putAll(values);
    return this;
  }

  public ConfigLoader<T> environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
    return this;
  }

  public ConfigLoader<T> flags(List<String> arguments) {
    flags = List.copyOf(arguments);
    return this;
  }

  public ConfigLoader<T> file(Path yaml) {
    file = yaml;
    return this;
  }

  /** Top-level sections of the file, and their flags and variables, that are somebody else's. */
  public ConfigLoader<T> otherSections(List<String> names) {
    otherSections.addAll(names);
    otherSections.remove(schema.key());
    return this;
  }

  /**
   * Reads everything and makes the record.
   *
   * @throws ConfigException with every problem found
   */
  public T load() {
    List<ConfigProblem> problems = new ArrayList<>();
    Map<String, Given> given = new LinkedHashMap<>();
    presets.forEach((key, text) -> given.put(key, new Given("preset", text)));
    var flagged = readFlags(problems);
    Path path = file;
    Given config = flagged.remove("config");
    if (config != null) {
      path = Path.of(String.valueOf(config.value()));
    } else if (path == null && environment.containsKey("TIDEWATCH_CONFIG")) {
      path = Path.of(environment.getOrDefault("TIDEWATCH_CONFIG", ""));
    }
    if (path != null) {
      given.putAll(readFile(path, problems));
    }
    given.putAll(readEnvironment(problems));
    given.putAll(flagged);
    refuseUnknown(given, problems);
    Object made = new Binder(given, problems).section(schema);
    if (!problems.isEmpty() || made == null) {
      throw new ConfigException(problems);
    }
    return type.cast(made);
  }

  private Map<String, Given> readFlags(List<ConfigProblem> problems) {
    Map<String, Given> found = new LinkedHashMap<>();
    for (String flag : flags) {
      if (!flag.startsWith("--") || flag.length() == 2) {
        problems.add(
            new ConfigProblem(flag, "command line", "expected flags of the form --key=value"));
        continue;
      }
      int equals = flag.indexOf('=');
      String key = flag.substring(2, equals < 0 ? flag.length() : equals);
      if (!isOthers(key)) {
        String text = equals < 0 ? "true" : flag.substring(equals + 1);
        found.put(key, new Given("flag --" + key, text));
      }
    }
    return found;
  }

  private Map<String, Given> readFile(Path path, List<ConfigProblem> problems) {
    String source = "file " + path;
    Map<String, Given> found = new LinkedHashMap<>();
    try (InputStream in = Files.newInputStream(path)) {
      Object root =
          new Load(LoadSettings.builder().setLabel(path.toString()).build())
              .loadFromInputStream(in);
      if (root instanceof Map<?, ?> map) {
        flatten("", map, source, found);
      } else if (root != null) {
        problems.add(new ConfigProblem("", source, "expected a mapping of sections"));
      }
    } catch (IOException e) {
      problems.add(new ConfigProblem("config", source, "cannot be read: " + e));
    } catch (YamlEngineException e) {
      problems.add(new ConfigProblem("config", source, "is not YAML: " + e.getMessage()));
    }
    found.keySet().removeIf(this::isOthers);
    return found;
  }

  private void flatten(String prefix, Map<?, ?> map, String source, Map<String, Given> found) {
    map.forEach((name, value) -> {
      String key = Schema.child(prefix, String.valueOf(name));
      if (value instanceof Map<?, ?> nested) {
        flatten(key, nested, source, found);
      } else if (value != null) {
        found.put(key, new Given(source, value));
      }
    });
  }

  private Map<String, Given> readEnvironment(List<ConfigProblem> problems) {
    Map<String, String> keys =
        Schema.leaves(schema).stream()
            .collect(Collectors.toMap(leaf -> Names.environment(leaf.key()), Schema.Leaf::key));
    List<String> prefixes =
        (schema.key().isEmpty()
                ? schema.children().stream()
                    .filter(Schema.Section.class::isInstance)
                    .map(Schema.Node::key)
                : List.of(schema.key()).stream())
            .map(key -> Names.environment(key) + "_")
            .toList();
    Map<String, Given> found = new LinkedHashMap<>();
    environment.forEach((variable, text) -> {
      String key = keys.get(variable);
      if (key != null) {
        found.put(key, new Given("environment variable " + variable, text));
      } else if (prefixes.stream().anyMatch(variable::startsWith)) {
        problems.add(
            new ConfigProblem(
                variable,
                "environment",
                "unknown; did you mean "
                    + Names.nearest(variable, keys.keySet()).orElse("nothing")
                    + "?"));
      }
    });
    return found;
  }

  private void refuseUnknown(Map<String, Given> given, List<ConfigProblem> problems) {
    var known = new TreeSet<>(Schema.leaves(schema).stream().map(Schema.Leaf::key).toList());
    var sections =
        new TreeSet<>(Schema.sections(schema).stream().map(Schema.Section::key).toList());
    given.forEach((key, value) -> {
      if (sections.contains(key)) {
        problems.add(new ConfigProblem(key, value.source(), "is a section, expected a mapping"));
      } else if (!known.contains(key)) {
        problems.add(
            new ConfigProblem(
                key,
                value.source(),
                "unknown; did you mean " + Names.nearest(key, known).orElse("nothing") + "?"));
      }
    });
  }

  private boolean isOthers(String key) {
    int dot = key.indexOf('.');
    return otherSections.contains(dot < 0 ? key : key.substring(0, dot));
  }

  /** A value as its source gave it: text, or what YAML made of it. */
  private record Given(String source, Object value) {}

  /** Makes the records, bottom up; null where a problem stands in the way. */
  private record Binder(Map<String, Given> given, List<ConfigProblem> problems) {
    @Nullable Object section(Schema.Section section) {
      List<@Nullable Object> values = new ArrayList<>();
      int problemsBefore = problems.size();
      for (Schema.Node child : section.children()) {
        values.add(
            switch (child) {
              case Schema.Leaf leaf -> leaf(leaf);
              case Schema.Section nested -> section(nested);
            });
      }
      return problems.size() > problemsBefore ? null : construct(section, values);
    }

    private @Nullable Object leaf(Schema.Leaf leaf) {
      Given value = given.get(leaf.key());
      if (value == null && leaf.defaultText() != null) {
        value = new Given("default", leaf.defaultText());
      }
      if (value == null) {
        if (leaf.required()) {
          problems.add(
              new ConfigProblem(
                  leaf.key(), "nowhere", "is required: " + Values.expected(leaf.valueType())));
          return null;
        }
        return leaf.isList() ? List.of() : Optional.empty();
      }
      if (leaf.isList()) {
        return list(leaf, value);
      }
      String text = String.valueOf(value.value());
      if (value.value() instanceof List<?>) {
        return wrong(leaf, value, "a list");
      }
      if (leaf.isOptional()) {
        return text.isBlank() ? Optional.empty() : Optional.ofNullable(scalar(leaf, value, text));
      }
      return scalar(leaf, value, text);
    }

    private @Nullable Object list(Schema.Leaf leaf, Given value) {
      List<?> items =
          value.value() instanceof List<?> listed
              ? listed
              : Arrays.stream(String.valueOf(value.value()).split(",", -1))
                  .map(String::strip)
                  .filter(item -> !item.isEmpty())
                  .toList();
      List<Object> made = new ArrayList<>();
      for (Object item : items) {
        Object one = scalar(leaf, value, String.valueOf(item));
        if (one == null) {
          return null;
        }
        made.add(one);
      }
      return List.copyOf(made);
    }

    private @Nullable Object scalar(Schema.Leaf leaf, Given value, String text) {
      try {
        return Values.parse(leaf.valueType(), text);
      } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
        return wrong(leaf, value, "'" + text + "'");
      }
    }

    private @Nullable Object wrong(Schema.Leaf leaf, Given value, String found) {
      problems.add(
          new ConfigProblem(
              leaf.key(),
              value.source(),
              "is " + found + ", expected " + Values.expected(leaf.valueType())));
      return null;
    }

    private @Nullable Object construct(Schema.Section section, List<@Nullable Object> values) {
      try {
        Constructor<? extends Record> constructor =
            section
                .type()
                .getDeclaredConstructor(
                    Arrays.stream(section.type().getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        return constructor.newInstance(values.toArray());
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof IllegalArgumentException refused) {
          problems.add(
              new ConfigProblem(
                  section.key().isEmpty() ? section.type().getSimpleName() : section.key(),
                  "values together",
                  String.valueOf(refused.getMessage())));
          return null;
        }
        throw new IllegalStateException(section.type() + " cannot be made", e.getCause());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(section.type() + " cannot be made", e);
      }
    }
  }
}
