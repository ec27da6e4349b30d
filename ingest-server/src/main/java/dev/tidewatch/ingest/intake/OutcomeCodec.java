package dev.tidewatch.ingest.intake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The stored form of outcomes: a version byte (1), the number of outcomes, then for each one 16
 * bytes of digest, five counts, and its rejects as step from the previous index, reason, length of
 * the message, message (UTF-8). Numbers are base-128 varints. Only the first {@value #MESSAGES_MAX}
 * rejects of an outcome keep their message.
 */
public final class OutcomeCodec {
  /** How many rejects of one outcome keep their message. */
  public static final int MESSAGES_MAX = 100;

  private static final int VERSION = 1;

  private OutcomeCodec() {}

  public static byte[] encode(List<BatchOutcome> outcomes) {
    var out = new Output(32 * outcomes.size() + 16);
    out.write(VERSION);
    writeVarint(out, outcomes.size());
    byte[] digest = new byte[BatchDigest.BYTES];
    for (BatchOutcome outcome : outcomes) {
      outcome.digest().write(digest, 0);
      out.write(digest, 0, digest.length);
      Counts counts = outcome.counts();
      writeVarint(out, counts.accepted());
      writeVarint(out, counts.unchanged());
      writeVarint(out, counts.replaced());
      writeVarint(out, counts.dropped());
      writeVarint(out, counts.rejected());
      int previous = 0;
      int messages = 0;
      for (Reject reject : outcome.rejects()) {
        writeVarint(out, reject.index() - previous);
        previous = reject.index();
        out.write(reject.reason().number());
        byte[] message =
            messages++ < MESSAGES_MAX
                ? reject.message().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        writeVarint(out, message.length);
        out.write(message, 0, message.length);
      }
    }
    return out.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not what {@link #encode} wrote
   */
  public static List<BatchOutcome> decode(byte[] bytes) {
    var in = new Input(bytes);
    if (in.octet() != VERSION) {
      throw new IllegalArgumentException("outcomes of an unknown version");
    }
    long size = in.varint();
    var outcomes = new ArrayList<BatchOutcome>();
    for (long i = 0; i < size; i++) {
      BatchDigest digest = in.digest();
      var counts = new Counts(in.varint(), in.varint(), in.varint(), in.varint(), in.varint());
      var rejects = new ArrayList<Reject>();
      int index = 0;
      for (long k = 0; k < counts.rejected(); k++) {
        index += (int) in.varint();
        rejects.add(new Reject(index, RejectReason.of(in.octet()), in.text()));
      }
      outcomes.add(new BatchOutcome(digest, counts, rejects));
    }
    if (in.at != bytes.length) {
      throw new IllegalArgumentException("bytes after the last outcome");
    }
    return outcomes;
  }

  private static void writeVarint(Output out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static final class Output {
    private byte[] bytes;
    private int size;

    Output(int expectedBytes) {
      bytes = new byte[expectedBytes];
    }

    void write(int octet) {
      ensure(1);
      bytes[size++] = (byte) octet;
    }

    void write(byte[] from, int begin, int count) {
      ensure(count);
      System.arraycopy(from, begin, bytes, size, count);
      size += count;
    }

    private void ensure(int more) {
      if (bytes.length - size < more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
      }
    }

    byte[] toByteArray() {
      return Arrays.copyOf(bytes, size);
    }
  }

  private static final class Input {
    private final byte[] bytes;
    private int at;

    Input(byte[] bytes) {
      this.bytes = bytes;
    }

    int octet() {
      need(1);
      return bytes[at++] & 0xff;
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        int octet = octet();
        value |= (long) (octet & 0x7f) << shift;
        if (octet < 0x80) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number of more than 64 bits");
    }

    BatchDigest digest() {
      need(BatchDigest.BYTES);
      at += BatchDigest.BYTES;
      return BatchDigest.read(bytes, at - BatchDigest.BYTES);
    }

    String text() {
      int length = (int) Math.min(varint(), Integer.MAX_VALUE);
      need(length);
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    private void need(int count) {
      if (count < 0 || count > bytes.length - at) {
        throw new IllegalArgumentException("outcomes are cut off");
      }
    }
  }
}
