package dev.tidewatch.benchmarks.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What the registry was doing when it was killed. */
enum RegistryBlow {
  /** A file came in, and a version was made of it. */
  UPLOAD,
  /** Two aliases moved at once. */
  PROMOTION,
  /** An alias went back. */
  ROLLBACK;

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As many of each, in an order that the seed shuffles. */
  static List<RegistryBlow> plan(int kills, long seed) {
    List<RegistryBlow> plan = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      plan.add(values()[i % values().length]);
    }
    Collections.shuffle(plan, new Random(seed));
    return plan;
  }
}
