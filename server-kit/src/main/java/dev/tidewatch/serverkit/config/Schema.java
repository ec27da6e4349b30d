package dev.tidewatch.serverkit.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tree of settings that a configuration record declares. */
final class Schema {
  /** One component: a {@link Leaf} or a {@link Section}. */
  sealed interface Node {
    String key();

    String description();
  }

  /** A value; {@code defaultText} is null when it is required or of its own accord empty. */
  record Leaf(String key, String description, Type type, @Nullable String defaultText)
      implements Node {
    boolean required() {
      return defaultText == null && !isOptional() && !isList();
    }

    boolean isOptional() {
      return raw(type) == Optional.class;
    }

    boolean isList() {
      return raw(type) == List.class;
    }

    /** The type of the value, or of the items of an Optional or a List. */
    Class<?> valueType() {
      return type instanceof ParameterizedType parameterized
          ? raw(parameterized.getActualTypeArguments()[0])
          : raw(type);
    }
  }

  /** A nested record. */
  record Section(String key, String description, Class<? extends Record> type, List<Node> children)
      implements Node {}

  private Schema() {}

  static Section of(Class<? extends Record> type, String key) {
    return section(type, key, "", Map.of());
  }

  /** All leaves below, in the order of declaration. */
  static List<Leaf> leaves(Section section) {
    List<Leaf> leaves = new ArrayList<>();
    for (Node node : section.children()) {
      switch (node) {
        case Leaf leaf -> leaves.add(leaf);
        case Section nested -> leaves.addAll(leaves(nested));
      }
    }
    return leaves;
  }

  /** The section and all sections below. */
  static List<Section> sections(Section section) {
    List<Section> sections = new ArrayList<>();
    sections.add(section);
    for (Node node : section.children()) {
      if (node instanceof Section nested) {
        sections.addAll(sections(nested));
      }
    }
    return sections;
  }

  static String child(String key, String name) {
    return key.isEmpty() ? name : key + "." + name;
  }

  private static Section section(
      Class<? extends Record> type, String key, String description, Map<String, String> defaults) {
    List<Node> children = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      children.add(node(type, component, key, defaults));
    }
    return new Section(key, description, type, List.copyOf(children));
  }

  private static Node node(
      Class<?> owner, RecordComponent component, String key, Map<String, String> inherited) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalArgumentException(
          owner.getName() + "." + component.getName() + " has no @Setting");
    }
    String name = Names.kebab(component.getName());
    String path = child(key, name);
    if (component.getType().isRecord() && !Values.isScalar(component.getType())) {
      Map<String, String> defaults = new HashMap<>();
      for (String pair : setting.defaults()) {
        int equals = pair.indexOf('=');
        defaults.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
      inherited.forEach((at, value) -> {
        if (at.startsWith(name + ".")) {
          defaults.put(at.substring(name.length() + 1), value);
        }
      });
      return section(
          component.getType().asSubclass(Record.class), path, setting.description(), defaults);
    }
    String own = Setting.NONE.equals(setting.defaultValue()) ? null : setting.defaultValue();
    return new Leaf(
        path,
        setting.description(),
        component.getGenericType(),
        inherited.containsKey(name) ? inherited.get(name) : own);
  }

  private static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType parameterized -> (Class<?>) parameterized.getRawType();
      default -> throw new IllegalArgumentException("no configuration type: " + type);
    };
  }
}
