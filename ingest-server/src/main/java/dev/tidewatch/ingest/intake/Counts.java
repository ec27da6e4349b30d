package dev.tidewatch.ingest.intake;

/** What became of the readings of a batch; the five sum up to their number. */
public record Counts(long accepted, long unchanged, long replaced, long dropped, long rejected) {
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  public Counts {
    if (accepted < 0 || unchanged < 0 || replaced < 0 || dropped < 0 || rejected < 0) {
      throw new IllegalArgumentException("a count is negative");
    }
  }

  public Counts plus(Counts other) {
    return new Counts(
        accepted + other.accepted,
        unchanged + other.unchanged,
        replaced + other.replaced,
        dropped + other.dropped,
        rejected + other.rejected);
  }

  public long sum() {
    return accepted + unchanged + replaced + dropped + rejected;
  }
}
