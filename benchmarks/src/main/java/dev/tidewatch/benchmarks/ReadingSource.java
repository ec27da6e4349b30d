package dev.tidewatch.benchmarks;

/** A seeded, endless sequence of batches. Not thread-safe. */
interface ReadingSource {
  /** Hands the next batch to {@code sink}, series by series; returns how many readings it has. */
  int next(ReadingSink sink) throws Exception;

  /** How many readings the batches so far hold that no earlier reading equals. */
  long distinct();
}
