package dev.tidewatch.registry.domain;

/** What a model does. */
public enum Task {
  FORECAST,
  DETECT,
  /** Tensors in, tensors out. */
  INFER
}
