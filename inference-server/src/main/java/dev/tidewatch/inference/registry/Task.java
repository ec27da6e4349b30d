package dev.tidewatch.inference.registry;

/** What a model does. */
public enum Task {
  FORECAST,
  DETECT
}
