package dev.tidewatch.benchmarks.crash;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What one writer of the campaign sends: a function of the seed alone, so that a client that was
 * killed goes on exactly where it was, and the verifier knows each reading. A <em>key</em> is the
 * number of a reading of this writer, from 0 without gaps, and stands for a series and a time.
 * Batches are numbered from 0.
 *
 * @param writer number of the writer, from 0
 */
record Script(long seed, int writer, Form form) {
  static final int SERIES = 4;

  /** Two hours before a month ends, so that a partition is made amid the campaign. */
  private static final long FIRST_MICROS = 1_738_360_800_000_000L;

  private static final long STEP_MICROS = 1_000_000;

  /** Fresh keys are shuffled within as many batches. */
  private static final int BLOCK = 10;

  private static final String SERIES_PREFIX = "crash/";

  /** What the clients of a campaign run, this many writers each, in this order. */
  private static final List<Form> OF_CLIENT =
      List.of(Form.IN_ORDER, Form.SHUFFLED, Form.ROWS, Form.REQUESTS, Form.IN_ORDER, Form.SHUFFLED);

  static List<Script> ofClient(long seed, int client) {
    return IntStream.range(0, OF_CLIENT.size())
        .mapToObj(i -> new Script(seed, client * OF_CLIENT.size() + i, OF_CLIENT.get(i)))
        .toList();
  }

  /** One reading on its way; a key may come again as a repeat or a correction. */
  record Entry(long key, double value) {}

  String writerId() {
    return "crash-" + writer;
  }

  String series(int index) {
    return SERIES_PREFIX + writer + "/" + index;
  }

  String seriesOf(long key) {
    return series((int) (key % SERIES));
  }

  long timeMicrosOf(long key) {
    return FIRST_MICROS + key / SERIES * STEP_MICROS;
  }

  /** The key of a reading; -1 if no reading of this writer can be at that time. */
  long keyOf(int series, long timeMicros) {
    long since = timeMicros - FIRST_MICROS;
    return since < 0 || since % STEP_MICROS != 0 ? -1 : since / STEP_MICROS * SERIES + series;
  }

  /** The number of the writer that a series belongs to; -1 if it is none of the campaign's. */
  static int writerOf(String series) {
    return part(series, 1);
  }

  /** Which of its writer's series it is; -1 if it is none of the campaign's. */
  static int indexOf(String series) {
    int index = part(series, 2);
    return index < SERIES ? index : -1;
  }

  private static int part(String series, int number) {
    String[] parts = series.split("/", -1);
    if (!series.startsWith(SERIES_PREFIX) || parts.length != 3) {
      return -1;
    }
    return parts[number].matches("\\d{1,6}") ? Integer.parseInt(parts[number]) : -1;
  }

  /** How many different keys the first batches hold. */
  long keys(long batches) {
    return batches * form.fresh();
  }

  /** No key of the first batches is this one or above. */
  long keysEnd(long batches) {
    return form == Form.SHUFFLED
        ? (batches + BLOCK - 1) / BLOCK * BLOCK * form.fresh()
        : keys(batches);
  }

  /** How many entries a batch has. */
  int size(long batch) {
    return form.fresh() + (batch < BLOCK ? 0 : form.repeats());
  }

  /** The entries of a batch, each of another key. */
  Entry[] batch(long batch) {
    var entries = new Entry[size(batch)];
    for (int i = 0; i < form.fresh(); i++) {
      long key = freshKey(batch, i);
      entries[i] = new Entry(key, value(key, 0));
    }
    for (int i = form.fresh(); i < entries.length; i++) {
      // Every other one was sent a moment ago, perhaps in the same commit.
      long key = i % 2 == 0 ? earlierKey(batch, i) : freshKey(batch - 1, i - form.fresh());
      for (int tries = 0; contains(entries, i, key); tries++) {
        key = earlierKey(batch, entries.length * (tries + 1) + i);
      }
      // Even keys are repeated as they were, odd ones corrected.
      entries[i] = new Entry(key, value(key, key % 2 == 0 ? 0 : batch + 1));
    }
    if (form == Form.SHUFFLED) {
      shuffle(entries, new SplittableRandom(mix(batch, 2)));
    }
    return entries;
  }

  private static boolean contains(Entry[] entries, int count, long key) {
    for (int i = 0; i < count; i++) {
      if (entries[i].key == key) {
        return true;
      }
    }
    return false;
  }

  private long earlierKey(long batch, int draw) {
    long before = batch / BLOCK * BLOCK * form.fresh();
    return Long.remainderUnsigned(mix(batch, 3 + draw), before);
  }

  private long freshKey(long batch, int index) {
    if (form != Form.SHUFFLED) {
      return batch * form.fresh() + index;
    }
    // Multiplying by a number without a common divisor permutes the keys of a block.
    int size = BLOCK * form.fresh();
    long block = batch / BLOCK;
    long within = batch % BLOCK * form.fresh() + index;
    return block * size + (within * 73 + Long.remainderUnsigned(mix(block, 1), size)) % size;
  }

  private double value(long key, long correction) {
    return (mix(key, -1 - correction) >> 20) / 1024.0;
  }

  private long mix(long a, long b) {
    long z = seed * 0x9E3779B97F4A7C15L + writer;
    z = scramble(z + a * 0xD1B54A32D192ED03L);
    return scramble(z + b * 0x8CB92BA72F3D8DD7L);
  }

  private static long scramble(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static void shuffle(Entry[] entries, SplittableRandom random) {
    for (int i = entries.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      Entry swapped = entries[i];
      entries[i] = entries[j];
      entries[j] = swapped;
    }
  }
}
