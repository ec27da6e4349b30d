package dev.tidewatch.serverkit.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a component of a configuration record; the reference of the configuration is generated
 * from it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** Stands for: no default, the setting is required (an Optional or a List is then empty). */
  String NONE = "\0none";

  /** What it does, in one or two sentences, with its unit and bounds. */
  String description();

  /**
   * The value when nothing else is said, in the form a file would give it; items of a list by
   * commas.
   */
  String defaultValue() default NONE;

  /** For a nested record: defaults that differ here from the record's own, as {@code key=value}. */
  String[] defaults() default {};
}
