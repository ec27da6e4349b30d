package dev.tidewatch.timeseries;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Quantiles of finite numbers within 1 % of their size, from counts of logarithmic bins: DDSketch
 * (Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
 * guarantees", VLDB 2019), with its bins never collapsed, so that the bound always holds. Merging
 * sketches gives just the sketch of all their numbers. Not thread-safe.
 */
public final class QuantileSketch {
  /** How far a quantile may be off, as a share of its size. */
  public static final double RELATIVE_ACCURACY = 0.01;

  private static final double GAMMA = (1 + RELATIVE_ACCURACY) / (1 - RELATIVE_ACCURACY);
  private static final double BINS_PER_E = 1 / Math.log(GAMMA);

  /** Smaller ones are as good as zero: subnormal numbers have no relative accuracy anyway. */
  private static final double LEAST = Double.MIN_NORMAL;

  private static final byte VERSION = 1;

  private final Bins negatives = new Bins();
  private final Bins positives = new Bins();
  private long zeros;

  /**
   * @param value finite
   */
  public void add(double value) {
    if (value >= LEAST) {
      positives.add(binOf(value), 1);
    } else if (value <= -LEAST) {
      negatives.add(binOf(-value), 1);
    } else if (Double.isNaN(value)) {
      throw new IllegalArgumentException("value: NaN");
    } else {
      zeros++;
    }
  }

  private static int binOf(double size) {
    if (size > Double.MAX_VALUE) {
      throw new IllegalArgumentException("value: infinite");
    }
    return (int) Math.ceil(Math.log(size) * BINS_PER_E);
  }

  /** The number from which all of the bin are at most the relative accuracy away. */
  private static double valueOf(int bin) {
    // 2 gamma^bin / (gamma + 1), in a form that does not overflow on the way.
    return Math.min(Double.MAX_VALUE, Math.exp(bin / BINS_PER_E + Math.log(2) - Math.log1p(GAMMA)));
  }

  public void merge(QuantileSketch other) {
    negatives.merge(other.negatives);
    positives.merge(other.positives);
    zeros += other.zeros;
  }

  public long count() {
    return negatives.count + zeros + positives.count;
  }

  /**
   * The number below which a share of the numbers lie: that of rank {@code q (count - 1)}, rounded
   * down.
   *
   * @param q 0 to 1
   * @return NaN without numbers
   */
  public double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("q: " + q);
    }
    long count = count();
    if (count == 0) {
      return Double.NaN;
    }
    long rank = (long) (q * (count - 1));
    if (rank < negatives.count) {
      // The most negative first.
      return -valueOf(negatives.binAt(negatives.count - 1 - rank));
    }
    rank -= negatives.count;
    return rank < zeros ? 0 : valueOf(positives.binAt(rank - zeros));
  }

  /**
   * The stored form: version, count of zeros, then negatives and positives as the number of bins
   * and, for each in rising order, its distance from the one before and its count; all numbers as
   * base-128 varints, the first distance zigzag.
   */
  public byte[] toByteArray() {
    var out = new ByteArrayOutputStream();
    out.write(VERSION);
    varint(out, zeros);
    negatives.writeTo(out);
    positives.writeTo(out);
    return out.toByteArray();
  }

  /** Adds a sketch in its stored form. */
  public void merge(byte[] stored) {
    try {
      ByteBuffer in = ByteBuffer.wrap(stored);
      byte version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException("sketch of version " + version);
      }
      zeros += varint(in);
      negatives.readFrom(in);
      positives.readFrom(in);
    } catch (java.nio.BufferUnderflowException e) {
      throw new IllegalArgumentException("sketch: cut off", e);
    }
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("sketch: number too long");
  }

  /** Counts by bin, in an array that covers the bins seen. */
  private static final class Bins {
    private long[] counts = new long[0];
    private int lowest;
    private long count;

    void add(int bin, long by) {
      if (counts.length == 0) {
        lowest = bin - 8;
        counts = new long[16];
      } else if (bin < lowest) {
        int more = Math.max(lowest - bin, counts.length / 2);
        long[] wider = new long[counts.length + more];
        System.arraycopy(counts, 0, wider, more, counts.length);
        counts = wider;
        lowest -= more;
      } else if (bin - lowest >= counts.length) {
        counts = Arrays.copyOf(counts, Math.max(bin - lowest + 1, counts.length * 3 / 2));
      }
      counts[bin - lowest] += by;
      count += by;
    }

    void merge(Bins other) {
      for (int i = 0; i < other.counts.length; i++) {
        if (other.counts[i] > 0) {
          add(other.lowest + i, other.counts[i]);
        }
      }
    }

    /** The bin that holds the number of a rank, in rising order. */
    int binAt(long rank) {
      long passed = 0;
      int i = 0;
      while ((passed += counts[i]) <= rank) {
        i++;
      }
      return lowest + i;
    }

    void writeTo(ByteArrayOutputStream out) {
      varint(out, Arrays.stream(counts).filter(each -> each > 0).count());
      int before = 0;
      boolean begun = false;
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] > 0) {
          int bin = lowest + i;
          varint(out, begun ? bin - before : Integer.toUnsignedLong((bin << 1) ^ (bin >> 31)));
          varint(out, counts[i]);
          before = bin;
          begun = true;
        }
      }
    }

    void readFrom(ByteBuffer in) {
      long bins = varint(in);
      int bin = 0;
      for (long i = 0; i < bins; i++) {
        int step = (int) varint(in);
        bin = i == 0 ? (step >>> 1) ^ -(step & 1) : bin + step;
        if (Math.abs((long) bin) > 40_000) {
          throw new IllegalArgumentException("sketch: bin " + bin);
        }
        add(bin, varint(in));
      }
    }
  }
}
