package dev.tidewatch.inference.serving;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How models that run native code are tried in a process of their own before this one loads them.
 *
 * @param enabled false: they are loaded at once
 * @param limit after which a trial is ended and the model refused
 * @param folder where it is remembered which files have stood their trial on this machine
 * @param mainClass of the process, with the arguments of {@link TrialMain}
 */
record TrialSettings(boolean enabled, Duration limit, Path folder, String mainClass) {
  TrialSettings {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("limit of a trial is " + limit);
    }
  }
}
