package dev.tidewatch.benchmarks.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the server acknowledged to a client, on the client's disk: lines {@code writer batches
 * accepted}, appended and synced by a thread of its own, many at once. The campaign reads it when
 * the client is gone.
 */
final class AcknowledgedFile implements AutoCloseable {
  /**
   * How far a writer is.
   *
   * @param batches acknowledged from the first
   * @param accepted readings of them that the server counted as new
   */
  record Mark(long batches, long accepted) {
    static final Mark NONE = new Mark(0, 0);
  }

  private final FileChannel file;
  private final Board board;
  private final Thread thread;
  private final Map<Integer, Mark> unsynced = new HashMap<>();
  private boolean closing;

  private AcknowledgedFile(FileChannel file, Board board) {
    this.file = file;
    this.board = board;
    this.thread = Thread.ofPlatform().name("acknowledged").unstarted(this::run);
  }

  static AcknowledgedFile open(Path path, Board board) throws IOException {
    var channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    // Ends the line that a kill may have cut.
    channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    var file = new AcknowledgedFile(channel, board);
    file.thread.start();
    return file;
  }

  /**
   * By writer, as recorded before the last kill; the half-written line of a kill does not count.
   */
  static Map<Integer, Mark> read(Path path) throws IOException {
    var marks = new TreeMap<Integer, Mark>();
    if (!Files.exists(path)) {
      return marks;
    }
    String text = Files.readString(path, StandardCharsets.US_ASCII);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length == 3) {
        marks.put(
            Integer.parseInt(fields[0]),
            new Mark(Long.parseLong(fields[1]), Long.parseLong(fields[2])));
      }
    }
    return marks;
  }

  /** To be called in the order of batches of each writer; does not wait for the disk. */
  synchronized void acknowledged(int writer, Mark mark) {
    board.answered(writer, mark.batches);
    unsynced.put(writer, mark);
    notifyAll();
  }

  private void run() {
    try {
      while (true) {
        Map<Integer, Mark> batch;
        synchronized (this) {
          while (unsynced.isEmpty()) {
            if (closing) {
              return;
            }
            wait();
          }
          batch = Map.copyOf(unsynced);
          unsynced.clear();
        }
        var lines = new StringBuilder();
        batch.forEach((writer, mark) ->
            lines
                .append(writer)
                .append(' ')
                .append(mark.batches)
                .append(' ')
                .append(mark.accepted)
                .append('\n'));
        var bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
        file.force(false);
        batch.forEach((writer, mark) -> board.recorded(writer, mark.batches));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until everything is on disk. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
