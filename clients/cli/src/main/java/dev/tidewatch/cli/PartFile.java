package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way: {@code FILE.part} takes what has come, {@code FILE.part.json} says what was
 * asked for and where it goes on, so that another run can continue after this one was killed. A
 * gzipped file is made of one member for each span between two saved places. Not thread-safe.
 */
final class PartFile implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SAVED_EVERY_BYTES = 8 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path target;
  private final Path part;
  private final Path state;
  private final String asked;
  private final ExportReadingsRequest request;
  private final FileChannel channel;
  private @Nullable OutputStream member;
  private String resumeToken;
  private long readings;
  private long unsavedBytes;

  private PartFile(
      Path target,
      String asked,
      ExportReadingsRequest request,
      FileChannel channel,
      String resumeToken,
      long readings) {
    this.target = target;
    this.part = part(target);
    this.state = state(target);
    this.asked = asked;
    this.request = request;
    this.channel = channel;
    this.resumeToken = resumeToken;
    this.readings = readings;
  }

  /**
   * Goes on with what an earlier run left, if that asked for the same; begins otherwise.
   *
   * @param asked what the user typed; the request itself may differ from run to run
   * @param fresh begin in any case
   */
  static PartFile open(Path target, String asked, ExportReadingsRequest request, boolean fresh)
      throws IOException {
    JsonNode left = fresh ? null : read(state(target));
    boolean continues =
        left != null
            && left.path("asked").asText().equals(asked)
            && Files.exists(part(target))
            && Files.size(part(target)) >= left.path("bytes").asLong();
    FileChannel channel =
        FileChannel.open(part(target), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!continues || left == null) {
        Files.deleteIfExists(state(target));
        channel.truncate(0);
        return new PartFile(target, asked, request, channel, "", 0);
      }
      channel.truncate(left.path("bytes").asLong());
      channel.position(channel.size());
      return new PartFile(
          target,
          asked,
          ExportReadingsRequest.parseFrom(
              Base64.getDecoder().decode(left.path("request").asText())),
          channel,
          left.path("resume_token").asText(),
          left.path("readings").asLong());
    } catch (InvalidProtocolBufferException e) {
      channel.close();
      throw new IOException(state(target) + " is damaged; use --restart", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable JsonNode read(Path state) throws IOException {
    return Files.exists(state) ? JSON.readTree(state.toFile()) : null;
  }

  private static Path part(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  private static Path state(Path target) {
    return target.resolveSibling(target.getFileName() + ".part.json");
  }

  /** The request to make, with the place to go on from. */
  ExportReadingsRequest request() {
    return request.toBuilder().setResumeToken(resumeToken).build();
  }

  /** How many readings an earlier run left; 0 if this one began. */
  long readings() {
    return readings;
  }

  /**
   * Adds bytes.
   *
   * @param token continues behind them
   * @param readingsSoFar in the whole file
   */
  void add(ByteString chunk, String token, long readingsSoFar) throws IOException {
    OutputStream to = member;
    if (to == null) {
      OutputStream raw = Channels.newOutputStream(channel);
      to = target.toString().endsWith(".gz") ? new GZIPOutputStream(raw, BUFFER_BYTES) : raw;
      member = to;
    }
    chunk.writeTo(to);
    resumeToken = token;
    readings = readingsSoFar;
    unsavedBytes += chunk.size();
    if (unsavedBytes >= SAVED_EVERY_BYTES) {
      save();
    }
  }

  /** Makes what has come so far a place to go on from. */
  void save() throws IOException {
    endMember();
    if (resumeToken.isEmpty()) {
      return;
    }
    ObjectNode node =
        Session.object()
            .put("asked", asked)
            .put("request", Base64.getEncoder().encodeToString(request.toByteArray()))
            .put("resume_token", resumeToken)
            .put("bytes", channel.size())
            .put("readings", readings);
    Path written = target.resolveSibling(target.getFileName() + ".part.json.new");
    JSON.writeValue(written.toFile(), node);
    Files.move(written, state, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    unsavedBytes = 0;
  }

  private void endMember() throws IOException {
    if (member instanceof GZIPOutputStream zipped) {
      zipped.finish();
      zipped.flush();
    }
    member = null;
  }

  /** Puts the file in its place. */
  void complete() throws IOException {
    endMember();
    channel.force(true);
    channel.close();
    Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(state);
  }

  /** Leaves what has come for another run; nothing if nothing has come. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      save();
      if (channel.size() == 0) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
