package dev.tidewatch.benchmarks.crash;

/**
 * What must be there of one writer once its first batches are acknowledged: the script, played
 * again.
 */
final class Expected {
  private final boolean[] sent;
  private final double[] values;
  private long fresh;
  private long unchanged;
  private long replaced;

  private Expected(int keysEnd) {
    this.sent = new boolean[keysEnd];
    this.values = new double[keysEnd];
  }

  static Expected of(Script script, long batches) {
    // Shuffled keys may run ahead to the end of a block.
    var expected = new Expected(Math.toIntExact(script.keysEnd(batches)));
    for (long batch = 0; batch < batches; batch++) {
      for (Script.Entry entry : script.batch(batch)) {
        expected.take((int) entry.key(), entry.value());
      }
    }
    return expected;
  }

  private void take(int key, double value) {
    if (!sent[key]) {
      fresh++;
    } else if (values[key] == value) {
      unchanged++;
    } else {
      replaced++;
    }
    sent[key] = true;
    values[key] = value;
  }

  /** No key from this one on was sent. */
  int keysEnd() {
    return sent.length;
  }

  boolean isSent(int key) {
    return key < sent.length && sent[key];
  }

  /** The value sent last. */
  double value(int key) {
    return values[key];
  }

  /** Different readings. */
  long fresh() {
    return fresh;
  }

  /** Entries that repeated what was there. */
  long unchanged() {
    return unchanged;
  }

  /** Entries that corrected what was there. */
  long replaced() {
    return replaced;
  }
}
