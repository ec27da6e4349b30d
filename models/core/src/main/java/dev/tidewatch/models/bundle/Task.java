package dev.tidewatch.models.bundle;

import java.util.Locale;

/** What a model does. */
public enum Task {
  /** Values of coming grid intervals, with intervals. */
  FORECAST,
  /** A verdict on each reading. */
  DETECT;

  /** The name in bundles: lower case. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
