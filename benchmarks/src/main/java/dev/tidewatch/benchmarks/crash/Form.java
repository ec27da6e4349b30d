package dev.tidewatch.benchmarks.crash;

/** How a writer of the campaign sends. */
enum Form {
  /** Columns over a stream, each series in the order of its times. */
  IN_ORDER(25, 0),
  /** Columns over a stream, out of order, with repeats and corrections of what was sent before. */
  SHUFFLED(20, 4),
  /** One reading a message over a stream. */
  ROWS(1, 0),
  /** Unary calls with request ids. */
  REQUESTS(10, 0);

  private final int fresh;
  private final int repeats;

  Form(int fresh, int repeats) {
    this.fresh = fresh;
    this.repeats = repeats;
  }

  /** Readings of a batch that were not sent before. */
  int fresh() {
    return fresh;
  }

  /** Readings of a batch that were sent before, once there are enough of them. */
  int repeats() {
    return repeats;
  }

  /** Whether the server keeps a writer for it. */
  boolean isStream() {
    return this != REQUESTS;
  }
}
