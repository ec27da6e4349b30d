package dev.tidewatch.benchmarks.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** What happens to the system under fire. */
enum Blow {
  SERVER_KILL("server"),
  CLIENT_KILL("client"),
  /** The whole database server. */
  DATABASE_KILL("database"),
  /** One backend, after which the database throws everybody out and recovers. */
  BACKEND_KILL("database"),
  RESET("reset"),
  CUT_AMID_MESSAGE("cut amid message"),
  SILENCE("silence");

  private static final List<Blow> CUTS = List.of(RESET, CUT_AMID_MESSAGE, SILENCE);
  private static final int KILLS_PER_CUT = 4;

  private final String title;

  Blow(String title) {
    this.title = title;
  }

  /** What is hit; for people. */
  String title() {
    return title;
  }

  boolean isKill() {
    return !CUTS.contains(this);
  }

  boolean isDatabaseKill() {
    return this == DATABASE_KILL || this == BACKEND_KILL;
  }

  /**
   * A third of the kills each for server, clients and database, and one cut of the connections for
   * each four kills, in random order.
   */
  static List<Blow> plan(int kills, RandomGenerator random) {
    var plan = new ArrayList<Blow>();
    for (int i = 0; i < kills; i++) {
      plan.add(
          switch (i % 3) {
            case 0 -> SERVER_KILL;
            case 1 -> i % 6 == 1 ? DATABASE_KILL : BACKEND_KILL;
            default -> CLIENT_KILL;
          });
    }
    for (int i = 0; i * KILLS_PER_CUT < kills; i++) {
      plan.add(CUTS.get(i % CUTS.size()));
    }
    Collections.shuffle(plan, Random.from(random));
    return plan;
  }
}
